# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: How an account at Nodana is
version_added: 1.0.0
description:
  - Puts together what the API lists and what apps say themselves, says what is wrong, and adds up what it costs.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The apps, as M(nodana.cloud.nodana_app_info) gives them, with their services.
    type: list
    elements: dict
    required: true
  projects:
    description: The projects, as M(nodana.cloud.nodana_project_info) gives them.
    type: list
    elements: dict
    required: true
  healths:
    description: What the apps say, as P(nodana.cloud.app_health#lookup) gives it.
    type: list
    elements: dict
    required: true
  generated_at:
    description: The time of all that.
    type: str
    required: true
seealso:
  - plugin: nodana.cloud.status_html
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Report how everything is
  ansible.builtin.set_fact:
    report: >-
      {{ listed.apps | nodana.cloud.status_report(
           projects=known.projects,
           healths=query('nodana.cloud.app_health', *listed.apps),
           generated_at=now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ')) }}
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    generated_at:
      description: The O(generated_at) that was given.
      type: str
    summary:
      description: How many C(projects), C(apps), C(problems) and C(notices) there are, and how many apps have
        C(unreadable_secrets), with C(cost_a_day) and C(balance_sat), which are null where nothing is known.
      type: dict
    problems:
      description: What is wrong, a sentence for each app that has a problem, and one for each whose secrets file
        cannot be opened.
      type: list
      elements: str
    projects:
      description: Each project with C(id), C(name), how many C(apps) it has, and C(cost_a_day).
      type: list
      elements: dict
    apps:
      description:
        - Each app with C(id), C(project), C(project_id), C(template), C(status), C(url), C(services), C(versions),
          C(health) (C(state) and C(detail)), C(node), C(secrets_problem), C(secrets_unreadable), C(rate), C(cost_a_day)
          and C(created_at).
        - Its C(severity) is V(ok), V(notice) or V(problem), its C(state) the word for it, and C(remarks) say why.
        - C(cost_a_day) is in dollars if the API's rates are dollars a minute, which it does not tell.
      type: list
      elements: dict
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.account import account_report
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def status_report(apps: Any, projects: Any, healths: Any, generated_at: str) -> dict[str, Any]:
    """Return the status report of an account."""
    return inert(account_report(list(projects), list(apps), list(healths), str(generated_at)))


class FilterModule:
    """The filter status_report."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"status_report": status_report}
