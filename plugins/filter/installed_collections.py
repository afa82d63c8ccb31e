# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: installed_collections
short_description: Select the collections that are installed
version_added: 1.0.0
description:
  - Internal to the playbooks of this collection. Returns those of the collections that this Ansible finds, in the same
    order.
author:
  - nodana.cloud contributors (@nodana)
positional: _input
options:
  _input:
    description: The names of collections, such as V(awx.awx).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Check that a collection for AWX is installed
  ansible.builtin.assert:
    that: "['ansible.controller', 'awx.awx'] | nodana.cloud.installed_collections | length > 0"
"""

RETURN = r"""
_value:
  description: The names of the installed collections.
  type: list
  elements: str
"""

import re
from importlib.util import find_spec
from typing import Any

from ansible.errors import AnsibleFilterError

NAME = re.compile(r"[a-z_]\w*\.[a-z_]\w*", re.ASCII)


def installed_collections(names: Any) -> list[str]:
    """Return the names of the installed collections. Raises AnsibleFilterError if the input is not a list of names."""
    if not isinstance(names, (list, tuple)) or not all(
        isinstance(name, str) and NAME.fullmatch(name) for name in names
    ):
        raise AnsibleFilterError(
            "The input of nodana.cloud.installed_collections must be a list of names of collections, such as awx.awx"
        )
    return [name for name in names if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        return find_spec(f"ansible_collections.{name}") is not None
    except ModuleNotFoundError:  # no collection of this namespace
        return False


class FilterModule:
    """The filter installed_collections."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"installed_collections": installed_collections}
