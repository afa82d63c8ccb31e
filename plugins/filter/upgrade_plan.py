# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_plan
short_description: Plan the updates of apps and nodes at Nodana
version_added: 1.0.0
description:
  - Internal to the playbook C(nodana.cloud.upgrade). Lists what can be updated in a report, which is the services of
    all apps, the apps of an API without services, and the nodes. Lists also the apps and nodes that cannot be verified
    after an update. These are the ones that are not healthy before it, each phoenixd whose node id is not known, and
    the apps that cannot be unlocked.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: A report of P(nodana.cloud.status_report#filter).
    type: dict
    required: true
  locked:
    description: The ids of apps that cannot be unlocked after an update.
    type: list
    elements: str
    default: []
  unfinished:
    description:
      - The records that an earlier run of the playbook left, because it did not end. Each has the C(app) before its
        first update, whether to C(verify) it, the time C(at) which the record was written, and the labels of the steps
        that are C(done).
    type: list
    elements: dict
    default: []
  wait_timeout:
    description: The seconds to wait for each update, and for each app or node to be healthy.
    type: float
    default: 300
  check:
    description: Whether the playbook runs in check mode. Then one warning says that the results are not known.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show the apps that cannot be verified after an update
  ansible.builtin.debug:
    msg: "{{ (report | nodana.cloud.upgrade_plan).unverified }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    steps:
      description:
        - A step for each service, each app without services, and each node.
        - The C(kind) is V(service), V(app) or V(node). The C(app) is the row of the report, and C(service) the service.
          C(before) is the version, or V(unknown). C(verify) is whether to verify the app or node afterwards.
        - The C(file) is the name of the file with the record of the app, and C(done) are the labels of its steps that
          an earlier run has done. C(resume) is the state to bring the app to first, because an earlier run may have
          left it stopped. It is V(started), V(restarted), or empty if the app did not run before that run.
      type: list
      elements: dict
    preview:
      description:
        - The result of each step that can be shown in check mode, its C(label) and the version C(before). C(after) is
          V(unknown). C(verified) is V(unknown), or V(false) if the app would not be verified.
      type: list
      elements: dict
    files:
      description: The names of the files with records of these apps and nodes. They may not exist.
      type: list
      elements: str
    skipped:
      description: The labels of the steps that an earlier run has done, and that are not repeated.
      type: list
      elements: str
    earlier:
      description: What an earlier run did in each step that it has done or begun, and what this run does.
      type: list
      elements: str
    downtime:
      description: For each app or node that may be down during its updates, for how long at most.
      type: list
      elements: str
    warnings:
      description: A sentence for each update that needs a manual step, such as that of a C(cdk-mintd) to version 0.18.
      type: list
      elements: str
    unverified:
      description: A sentence for each app or node that cannot be verified.
      type: list
      elements: str
"""

from typing import Any

from ansible.utils.display import Display
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.upgrade import plan_upgrade
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def upgrade_plan(
    report: Any, locked: Any = (), unfinished: Any = (), wait_timeout: Any = 300, check: bool = False
) -> dict[str, Any]:
    """Return the upgrade plan of a status report.

    Warn about updates that need a manual step and, with ``check``, that the new versions are not known.
    """
    plan = plan_upgrade(report, list(locked), list(unfinished), float(wait_timeout))
    for warning in plan["warnings"]:
        Display().warning(warning)
    if check and plan["steps"]:
        Display().warning("In check mode, the new versions are not known: only an update shows whether there is one.")
    return inert(plan)


class FilterModule:
    """The filter upgrade_plan."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"upgrade_plan": upgrade_plan}
