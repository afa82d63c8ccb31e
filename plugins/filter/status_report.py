# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: Report the status of an account at Nodana
version_added: 1.0.0
description:
  - Internal to the playbooks C(nodana.cloud.status) and C(nodana.cloud.upgrade). Combines the apps, nodes, projects and
    health records of an account to one report, with the problems and the cost.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The apps with their services, as M(nodana.cloud.nodana_app_info) returns them.
    type: list
    elements: dict
    required: true
  projects:
    description: The projects, as M(nodana.cloud.nodana_project_info) returns them.
    type: list
    elements: dict
    required: true
  health:
    description: The health records, as M(nodana.cloud.nodana_app_health_info) returns them.
    type: list
    elements: dict
    required: true
  generated_at:
    description: The time of the report.
    type: str
    required: true
  nodes:
    description: The nodes, as M(nodana.cloud.nodana_node_info) returns them.
    type: list
    elements: dict
    default: []
  source:
    description: What was listed.
    type: str
    choices: [apps, nodes, all]
    default: apps
  unlisted:
    description: Why the nodes could not be listed, although they were to be. It is a problem in the report.
    type: str
    default: ""
  all_nodes:
    description: Whether the nodes are all of the account. If then nothing runs, Nodana may have stopped them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Report the status of the apps
  ansible.builtin.set_fact:
    report: >-
      {{ account.apps | nodana.cloud.status_report(
           projects=known.projects, health=checked.health, generated_at=now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ')) }}
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    generated_at:
      description: The time of the report.
      type: str
    source:
      description: What was listed.
      type: str
    unlisted:
      description: Why the nodes could not be listed, or an empty string.
      type: str
    summary:
      description: The numbers of C(projects), C(apps), C(nodes), C(problems), C(critical) ones among them, C(notices)
        and C(unreadable_secrets), the known C(cost_a_day), C(cost_a_month) and C(balance_sat), which are null if none
        is known, the number of C(apps_without_rate), whose costs are not included, and the C(cost_basis), a text about
        the unit of the costs and whose costs they do not include.
      type: dict
    problems:
      description: A sentence for each app or node with a problem, one for each with an unreadable secrets file, and one
        for nodes that could not be listed.
      type: list
      elements: str
    projects:
      description: The C(id), C(name), number of C(apps), C(cost_a_day), C(cost_a_month) and C(apps_without_rate) of
        each project.
      type: list
      elements: dict
    apps:
      description:
        - The C(id), C(project), C(project_id), C(template), C(status), C(running), C(url), C(services), C(versions),
          C(version), C(health) (its C(state) and C(detail)), C(node), C(secrets_problem), C(secrets_unreadable),
          C(rate), C(cost_a_day), C(cost_a_month) and C(created_at) of each app.
        - The C(version) is what the app itself reports, or null. If the API has no services, C(versions) contains only
          it, or V(unknown).
        - The C(severity) is V(ok), V(notice), V(problem) or V(critical), C(state) is a word for it, and C(remarks) are
          the reasons. An app is V(critical) if Nodana may delete it. Then C(deletion) has C(since), the last change of
          the record of the app, C(earliest), the time of the deletion if the app was stopped then, and C(hours_left)
          until that time, or null for what is not known. Otherwise C(deletion) is null.
        - The most severe ones come first.
        - The C(cost_a_day) is in dollars if the rate, whose unit the API does not document, is in dollars per minute.
      type: list
      elements: dict
    nodes:
      description:
        - The C(id), C(name), C(template), C(status), C(failure_message), C(update_status), C(url), C(version),
          C(health), C(node), C(secrets_problem) and C(secrets_unreadable) of each node, with its C(severity), C(state),
          C(remarks) and C(deletion) as for apps.
      type: list
      elements: dict
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.account import account_report
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def status_report(
    apps: Any,
    projects: Any,
    health: Any,
    generated_at: str,
    nodes: Any = (),
    source: str = "apps",
    unlisted: str = "",
    all_nodes: bool = False,
) -> dict[str, Any]:
    """Return the status report of an account."""
    report = account_report(
        list(projects),
        list(apps),
        list(health),
        str(generated_at),
        list(nodes),
        str(source),
        str(unlisted),
        all_nodes=bool(all_nodes),
    )
    return inert(report)


class FilterModule:
    """The filter status_report."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"status_report": status_report}
