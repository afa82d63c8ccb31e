# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A draft inventory. It is copied to Ansible's inventory at the end, so a failure midway leaves nothing behind."""

from __future__ import annotations

from typing import Any

from ansible.inventory.data import InventoryData

_OF_SOURCE = ("inventory_file", "inventory_dir")  # every inventory sets these on new hosts itself


def new_draft() -> InventoryData:
    """Return an empty draft."""
    return InventoryData()


def add_host(draft: InventoryData, name: str, inventory: Any) -> None:
    """Add a host to a draft, with the variables that it has from other sources in the real inventory."""
    draft.add_host(name)
    known = inventory.hosts.get(name)
    for variable, value in (known.vars if known else {}).items():
        if variable not in _OF_SOURCE:
            draft.set_variable(name, variable, value)


def copy(draft: InventoryData, inventory: Any) -> None:
    """Copy a draft to the real inventory.

    Hosts come first: ``set_variable`` of the inventory prefers a group to a host of the same name.
    """
    for name, host in draft.hosts.items():
        inventory.add_host(name)
        for variable, value in host.vars.items():
            if variable not in _OF_SOURCE:
                inventory.set_variable(name, variable, value)
    groups = [group for name, group in draft.groups.items() if name != "ungrouped"]
    for group in groups:
        inventory.add_group(group.name)
        for variable, value in group.vars.items():
            inventory.set_variable(group.name, variable, value)
    for group in groups:
        for host in group.hosts:
            inventory.add_child(group.name, host.name)
        for child in group.child_groups:
            if child.name != "ungrouped":
                inventory.add_child(group.name, child.name)
