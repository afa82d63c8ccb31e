# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_plan
short_description: Which services at Nodana to update, one after the other
version_added: 1.0.0
description:
  - Gives the services of all apps in a report, and says of which apps it could not be seen afterwards how it went. That
    is every app that is not well before, and a phoenixd whose node id is not known.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: A report of P(nodana.cloud.status_report#filter).
    type: dict
    required: true
  locked:
    description: The ids of apps that could not be unlocked after an update.
    type: list
    elements: str
    default: []
  check:
    description: Whether nothing will be updated, as in check mode. Then one warning says that the results are unknown.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what could not be verified
  ansible.builtin.debug:
    msg: "{{ (report | nodana.cloud.upgrade_plan).unverified }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    steps:
      description: For each service its C(app) and C(service), a C(label), and whether to C(verify) the app afterwards.
      type: list
      elements: dict
    preview:
      description:
        - For each service its C(label) and the version C(before), as they can be shown in check mode. C(after) is
          V(unknown). C(verified) is V(unknown), or false for a service that would be updated without verification.
      type: list
      elements: dict
    unverified:
      description: A sentence for each app that cannot be verified.
      type: list
      elements: str
"""

from typing import Any

from ansible.utils.display import Display
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.upgrade import plan_upgrade
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def upgrade_plan(report: Any, locked: Any = (), check: bool = False) -> dict[str, Any]:
    """Return the upgrade plan of a status report. With ``check``, warn that the plan shows no new versions."""
    plan = plan_upgrade(report, list(locked))
    if check and plan["steps"]:
        Display().warning(
            "Check mode cannot tell which services would be updated, and to which versions: only an update itself does."
        )
    return inert(plan)


class FilterModule:
    """The filter upgrade_plan."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"upgrade_plan": upgrade_plan}
