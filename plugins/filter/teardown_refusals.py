# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: teardown_refusals
short_description: Why apps at Nodana must not be deleted yet
version_added: 1.0.0
description:
  - Finds the apps that cannot be deleted without losing money for good, or with it the way back.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The apps, as M(nodana.cloud.nodana_app_info) gives them.
    type: list
    elements: dict
    required: true
  healths:
    description: What they say, as P(nodana.cloud.app_health#lookup) gives it.
    type: list
    elements: dict
    required: true
  allowed:
    description:
      - What is no reason. C(nodana_delete_with_balance) allows a phoenixd with a balance or channels,
        C(nodana_delete_with_unknown_balance) one that does not tell, such as one inside an LNbits, and
        C(nodana_delete_without_secrets) any app without a secrets file that can be read.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Stop if any app must not be deleted
  ansible.builtin.assert:
    that: refusals | length == 0
    fail_msg: "{{ refusals }}"
  vars:
    refusals: >-
      {{ listed.apps | nodana.cloud.teardown_refusals(
           healths=query('nodana.cloud.app_health', *listed.apps, secrets_dir='secrets')) }}
"""

RETURN = r"""
_value:
  description: A sentence for each reason, with what would allow it. Empty if there is none.
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.teardown import find_refusals
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def teardown_refusals(apps: Any, healths: Any, allowed: Any = ()) -> list[str]:
    """Return the reasons to refuse the deletion of apps."""
    return inert(find_refusals(list(apps), list(healths), list(allowed)))


class FilterModule:
    """The filter teardown_refusals."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"teardown_refusals": teardown_refusals}
