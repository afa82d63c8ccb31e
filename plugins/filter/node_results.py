# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: node_results
short_description: What became of apps, one record an app
version_added: 1.0.0
description:
  - Puts the results of M(nodana.cloud.nodana_stack), M(nodana.cloud.app_claim) and M(nodana.cloud.app_check) together,
    for the role P(nodana.cloud.node#role). There is no secret in it.
author:
  - nodana.cloud contributors (@nodana)
positional: checks, claims
options:
  _input:
    description: The result of M(nodana.cloud.nodana_stack).
    type: dict
    required: true
  checks:
    description: The results of a loop of M(nodana.cloud.app_check).
    type: list
    elements: dict
    default: []
  claims:
    description: The results of a loop of M(nodana.cloud.app_claim).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Check all apps of a stack
  nodana.cloud.app_check:
    app: "{{ item }}"
    secrets_dir: secrets
  loop: "{{ shop.apps }}"
  loop_control:
    label: "{{ item.id }}"
  register: checks

- name: Show what they are
  ansible.builtin.debug:
    msg: "{{ shop | nodana.cloud.node_results(checks.results) }}"
"""

RETURN = r"""
_value:
  description: A record for each app that exists.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record


def node_results(stack: Record, checks: Any = None, claims: Any = None) -> list[Record]:
    """Return a record for each app of a stack, with the results of its check and its claim."""
    files = stack.get("secrets_files") or {}
    health = {result["health"]["app"]: result["health"] for result in checks or [] if result.get("health")}
    credentials = {
        result["item"]["id"]: result["credentials_file"] for result in claims or [] if result.get("credentials_file")
    }
    return [
        {
            **{field: app.get(field) for field in ("id", "project_id", "template", "url", "status", "rate")},
            **{field: health.get(app["id"], {}).get(field) for field in ("version", "node_id", "note")},
            "verified": app["id"] in health,
            "secrets_file": files.get(app["id"]),
            "credentials_file": credentials.get(app["id"]),
        }
        for app in stack.get("apps") or []
        if app.get("id")
    ]


class FilterModule:
    """The filter node_results."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"node_results": node_results}
