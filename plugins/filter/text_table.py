# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: text_table
short_description: Format a list of dictionaries as a text table
version_added: 1.0.0
description:
  - Internal to the playbooks of this collection. Aligns the columns, replaces control characters with question
    marks and shortens long values, so that each row is one line.
author:
  - nodana.cloud contributors (@nodana)
positional: _input, columns
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description:
      - The key of the value in a row, by heading. A dot separates the keys of nested dictionaries, as in
        C(health.state).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the apps
  ansible.builtin.debug:
    msg: "{{ apps | nodana.cloud.text_table({'APP': 'id', 'TEMPLATE': 'template', 'STATUS': 'status'}) }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
"""

from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.text_table import table_lines
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def text_table(rows: Any, columns: Any) -> list[str]:
    """Return the lines of a table of these rows. Raises AnsibleFilterError if the rows or columns are not valid."""
    if not isinstance(columns, dict) or not columns:
        raise AnsibleFilterError("The columns of nodana.cloud.text_table must be a dictionary, and not empty")
    if not isinstance(rows, (list, tuple)) or any(not isinstance(row, dict) for row in rows):
        raise AnsibleFilterError("The input of nodana.cloud.text_table must be a list of dictionaries")
    return inert(table_lines(list(rows), columns))


class FilterModule:
    """The filter text_table."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"text_table": text_table}
