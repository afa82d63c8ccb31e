# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The warnings that keep the site of the documentation from being built."""

from __future__ import annotations

from ansible_collections.nodana.cloud.tools import site

UNREACHABLE = "WARNING: failed to reach any of the inventories with the following issues:\nan inventory not fetchable\n"
OF_CORE = (
    "nodana_app_module.rst:61: WARNING: undefined label: 'action_plugins' [ref.ref]",
    "app_secrets_lookup.rst:240: WARNING: undefined label: 'ansible_collections.ansible.builtin.x_lookup' [ref.ref]",
    "nodana_inventory.rst:19: WARNING: 'envvar' reference target not found: ANSIBLE_INVENTORY_ENABLED [ref.envvar]",
)
OF_US = (
    "guide.rst:1: WARNING: undefined label: 'ansible_collections.nodana.cloud.nodana_ap_module' [ref.ref]",
    "guide.rst:2: WARNING: 'envvar' reference target not found: NODANA_API_KEYS [ref.envvar]",
    "guide.rst:3: WARNING: Lexing literal_block '...' as \"console\" resulted in an error. [misc.highlighting_failure]",
    'guide.rst:4: ERROR: Unknown directive type "tabel".',
)


def test_offline_only_references_to_other_sites_are_left_out() -> None:
    assert site.problems(UNREACHABLE + "\n".join(OF_CORE)) == []
    assert site.problems(UNREACHABLE + "\n".join(OF_CORE + OF_US)) == list(OF_US)


def test_with_all_inventories_no_warning_is_left_out() -> None:
    assert site.problems("reading sources\n" + "\n".join(OF_CORE + OF_US)) == [*OF_CORE, *OF_US]
