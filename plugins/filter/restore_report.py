# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_report
short_description: Whether secrets files could restore the apps at Nodana
version_added: 1.0.0
description:
  - Holds secrets files against the apps that there are. A file is fine if it can be read, its seed phrase is valid, and
    its app exists. An app with a phoenixd is fine if it has such a file.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The files, as P(nodana.cloud.secrets_files#lookup) gives them.
    type: list
    elements: dict
    required: true
  apps:
    description: The apps, as M(nodana.cloud.nodana_app_info) gives them.
    type: list
    elements: dict
    required: true
  ignore_deleted_apps:
    description: Whether files of apps that do not exist are fine.
    type: bool
    default: false
  ignore_apps_without_files:
    description: Whether apps with a phoenixd may keep their secrets elsewhere.
    type: bool
    default: false
seealso:
  - plugin: nodana.cloud.secrets_files
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ report | selectattr('problem') | map(attribute='problem') | list }}"
  vars:
    report: "{{ query('nodana.cloud.secrets_files', 'secrets') | nodana.cloud.restore_report(apps=listed.apps) }}"
"""

RETURN = r"""
_value:
  description:
    - A row for each file, and one for each app that should have one, with C(file), C(app_id), C(template), C(seed) (a
      word), C(result), and C(problem), which is empty if nothing is wrong.
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.restore import restore_rows
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def restore_report(
    files: Any, apps: Any, ignore_deleted_apps: bool = False, ignore_apps_without_files: bool = False
) -> list[dict[str, Any]]:
    """Return a row for each secrets file, and one for each app that has none but needs one."""
    return inert(
        restore_rows(
            list(files),
            list(apps),
            deleted_are_fine=ignore_deleted_apps,
            elsewhere_is_fine=ignore_apps_without_files,
        )
    )


class FilterModule:
    """The filter restore_report."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"restore_report": restore_report}
