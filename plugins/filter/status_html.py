# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_html
short_description: A status report as a web page
version_added: 1.0.0
description:
  - Makes one HTML page of a report, for phones, screens and paper, light and dark. It needs no other file, loads
    nothing and runs no script.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: A report of P(nodana.cloud.status_report#filter).
    type: dict
    required: true
seealso:
  - plugin: nodana.cloud.status_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the page
  ansible.builtin.copy:
    content: "{{ report | nodana.cloud.status_html }}"
    dest: status.html
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.status_page import render_page
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def status_html(report: Any) -> str:
    """Return the HTML page of a status report."""
    return inert(render_page(report))


class FilterModule:
    """The filter status_html."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"status_html": status_html}
