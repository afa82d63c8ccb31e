#!/usr/bin/env bash
# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -eux

# Two vault passwords, one of them from a script, as an operator of two accounts has them.
printf 'the password of the shop\n' > "$OUTPUT_DIR/shop"
printf '#!/bin/sh\necho the password of the bank\n' > "$OUTPUT_DIR/bank"
chmod 700 "$OUTPUT_DIR/bank"

ANSIBLE_ROLES_PATH=.. ansible-playbook playbook.yml -i "$INVENTORY_PATH" -e output_dir="$OUTPUT_DIR" \
  --vault-id "shop@$OUTPUT_DIR/shop" --vault-id "bank@$OUTPUT_DIR/bank" "$@"
