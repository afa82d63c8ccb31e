#!/usr/bin/env bash
# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -eu

printf 'the vault password of this test\n' > "$OUTPUT_DIR/password"

# Everything is shown, and kept, to look for secrets in it.
ANSIBLE_ROLES_PATH=.. ANSIBLE_NOCOLOR=1 ansible-playbook playbook.yml -i "$INVENTORY_PATH" -e output_dir="$OUTPUT_DIR" \
  --vault-password-file "$OUTPUT_DIR/password" -vvv --diff "$@" | tee "$OUTPUT_DIR/shown"

test -s "$OUTPUT_DIR/told"
if grep --fixed-strings --file="$OUTPUT_DIR/told" "$OUTPUT_DIR/shown" > "$OUTPUT_DIR/leaked"; then
  echo "Secrets are in the output, see $OUTPUT_DIR/leaked"
  exit 1
fi
