#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_service
short_description: Update services of apps at Nodana
version_added: 1.0.0
description:
  - An app consists of one or more services. This module moves one of them to a newer version.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
attributes:
  async:
    support: full
  check_mode:
    support: partial
    details:
      - Only an update itself tells whether there is a newer version. With O(state=latest) and no O(version), check mode
        reports no change and warns that it cannot know.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  app:
    description:
      - The id of the app.
    type: str
  project:
    description:
      - The name or id of the project of the app.
    type: str
  template:
    description:
      - The template of the app, of which there must be one in the O(project), or in the account if that is left out.
    type: str
  service:
    description:
      - The id, slug or name of the service. May be left out when the app has one only.
    type: str
  state:
    description:
      - V(latest) asks for an update and compares the versions before and after it.
      - V(present) makes sure that there is such a service; it is updated only when another O(version) is wanted.
    type: str
    choices: [latest, present]
    default: latest
  version:
    description:
      - The version that the service must have in the end. If an update leads to another one, the module fails and
        tells both.
      - Nothing is updated when the service has it already, or a newer one, which is a failure.
    type: str
  wait:
    description:
      - Whether to wait until the service is up again with the new version.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for that, 0 or more; V(0) looks once.
    type: float
    default: 300.0
seealso:
  - module: nodana.cloud.nodana_service_info
  - module: nodana.cloud.nodana_app
"""

EXAMPLES = r"""
- name: Update the phoenixd of the project shop
  nodana.cloud.nodana_service:
    project: shop
    template: phoenixd
  register: update

- name: Show what it did
  ansible.builtin.debug:
    msg: "{{ update.service.previous_version }} -> {{ update.service.version }}"
  when: update is changed

- name: Insist on the same version of this service in another run
  nodana.cloud.nodana_service:
    app: "{{ update.service.app_id }}"
    service: phoenixd
    version: "{{ update.service.version }}"
"""

RETURN = r"""
service:
  description: The service as it is. In check mode, as it would be.
  returned: when it was found
  type: dict
  contains:
    id:
      description: The id.
      type: str
      sample: svc-1234
    app_id:
      description: The id of its app.
      type: str
      sample: app-1234
    service:
      description: The name.
      type: str
      sample: phoenixd
    slug:
      description: The slug.
      type: str
      sample: phoenixd-sdh3
    region:
      description: Where it runs.
      type: str
      sample: ewr
    status:
      description: Its status.
      type: str
      sample: running
    version:
      description: Its version.
      type: str
      sample: 0.7.2
    created_at:
      description: When it was created.
      type: str
      sample: "2025-07-01T07:46:12.368Z"
    updated_at:
      description: When it was last changed.
      type: str
      sample: "2025-07-01T07:46:12.368Z"
    previous_version:
      description: Its version before this task.
      type: str
      sample: 0.7.1
error:
  description: What failed, for a rescue block.
  returned: on failure
  type: dict
  contains:
    code:
      description: The status number that the API gave. Null if the failure is not the API's.
      type: int
      sample: 403
    name:
      description: The API's name of the error, or this collection's.
      type: str
      sample: ForbiddenError
    message:
      description: What failed.
      type: str
      sample: 'The API answered ForbiddenError 403: "Request is forbidden"'
"""

from ansible_collections.nodana.cloud.plugins.module_utils._module import run
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import WAIT_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._resources.service import ensure_service


def main() -> None:
    """Run the module."""
    run(
        ensure_service,
        {
            "app": {"type": "str"},
            "project": {"type": "str"},
            "template": {"type": "str"},
            "service": {"type": "str"},
            "state": {"type": "str", "choices": ["latest", "present"], "default": "latest"},
            "version": {"type": "str"},
            **WAIT_OPTIONS,
        },
        required_one_of=[("app", "template")],
        mutually_exclusive=[("app", "project"), ("app", "template")],
        required_by={"project": "template"},
    )


if __name__ == "__main__":
    main()
