#!/bin/sh
# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Test deploy.yml with the simulator of the installed collection. Any CI can run this script. It needs ansible-core.
set -eu

collection=${NODANA_COLLECTION:-$HOME/.ansible/collections/ansible_collections/nodana/cloud}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
python3 -m pip install --quiet --requirement "$collection/tests/simulator/requirements.txt"

# The simulator ends with this script.
(cd "$collection" && exec python3 -m tests.simulator --rate-interval 0 --startup-delay 1 --port-file "$folder/port" --parent $$) &
simulator=$!
trap 'kill "$simulator"; rm -rf "$folder"' EXIT
while [ ! -s "$folder/port" ]; do
    kill -0 "$simulator" # fails if the simulator did not start
    sleep 0.2
done

echo "a vault password of this run" > "$folder/vault-password"
NODANA_API_URL=http://127.0.0.1:$(cat "$folder/port")/v1
NODANA_API_KEY="simulator-key-0123456789abcdef"
NODANA_STATE_DIR=$folder/state
export NODANA_API_URL NODANA_API_KEY NODANA_STATE_DIR

deploy() {
    ansible-playbook --vault-password-file "$folder/vault-password" \
        -e "secrets_dir=$folder/secrets" -e request_interval=0 "$here/deploy.yml"
}
deploy
deploy | tee "$folder/second"
grep -q 'changed=0 .* failed=0 ' "$folder/second" # the second run must change nothing
