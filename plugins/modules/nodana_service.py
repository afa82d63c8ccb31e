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
  - Update a service of an app to a newer version. An app consists of one or more services.
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
      - The API does not show whether a newer version exists. With O(state=latest) and without O(version), check mode
        reports no change and warns about this.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  app:
    description:
      - The id of the app.
      - Required if O(template) is not set.
    type: str
  project:
    description:
      - The name or id of the project of the app. An id such as V(prj-5fd3) saves one request.
      - If not set, the module searches all projects for an app of the O(template).
    type: str
  template:
    description:
      - The template of the app. If several apps match, the module fails and lists them.
      - Required if O(app) is not set.
    type: str
  service:
    description:
      - The id, slug or name of the service.
      - Required if the app has several services.
    type: str
  state:
    description:
      - V(latest) updates the service. The module reports a change if the version of the service changes.
      - V(present) verifies that the service exists. It updates the service only if O(version) is set and the service
        has another version.
    type: str
    choices: [latest, present]
    default: latest
  version:
    description:
      - The required version of the service. The module updates the service only if it has another version.
      - If the service has a newer version, or the update leads to another version, the module fails.
    type: str
  wait:
    description:
      - Whether to wait until the service runs the new version.
    type: bool
    default: true
  wait_timeout:
    description:
      - The maximum time of the wait in seconds. V(0) checks the status once.
    type: float
    default: 300.0
notes:
  - "Some versions of the API have no services. The module then fails with this message: C(This API has no services; use
    nodana_app with state: latest). M(nodana.cloud.nodana_app) updates apps there."
seealso:
  - module: nodana.cloud.nodana_service_info
  - module: nodana.cloud.nodana_app
"""

EXAMPLES = r"""
- name: Update the phoenixd node of a project
  nodana.cloud.nodana_service:
    project: shop
    template: phoenixd
  register: update

- name: Show the versions before and after the update
  ansible.builtin.debug:
    msg: "{{ update.service.previous_version }} -> {{ update.service.version }}"
  when: update is changed

- name: Ensure that the service has a certain version
  nodana.cloud.nodana_service:
    app: "{{ update.service.app_id }}"
    service: phoenixd
    version: "{{ update.service.version }}"
"""

RETURN = r"""
service:
  description: The service. In check mode, the predicted service.
  returned: if the service exists
  type: dict
  contains:
    id:
      description: The id of the service.
      type: str
      sample: svc-1234
    app_id:
      description: The id of the app of the service.
      type: str
      sample: app-1234
    service:
      description: The name of the service.
      type: str
      sample: phoenixd
    slug:
      description: The slug of the service.
      type: str
      sample: phoenixd-sdh3
    region:
      description: The region in which the service runs.
      type: str
      sample: ewr
    status:
      description: The status of the service.
      type: str
      sample: running
    version:
      description: The version of the service.
      type: str
      sample: 0.7.2
    created_at:
      description: The time at which the service was created.
      type: str
      sample: "2025-07-01T07:46:12.368Z"
    updated_at:
      description: The time at which the service was last changed.
      type: str
      sample: "2025-07-01T07:46:12.368Z"
    previous_version:
      description: The version of the service before the task.
      type: str
      sample: 0.7.1
error:
  description: The error, for use in a rescue block.
  returned: on failure
  type: dict
  contains:
    code:
      description: The status code that the API returned. Null if the API did not return an error.
      type: int
      sample: 403
    name:
      description: The name of the error, from the API or from this collection.
      type: str
      sample: ForbiddenError
    message:
      description: The error message.
      type: str
      sample: 'The API returned ForbiddenError 403: "Request is forbidden"'
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
