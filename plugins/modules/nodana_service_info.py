#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_service_info
short_description: Gather information about services of an app at Nodana
version_added: 1.0.0
description:
  - Gather information about the services of an app, such as their versions and statuses.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
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
notes:
  - "Some versions of the API have no services. The module then fails with this message: C(This API has no services; use
    nodana_app with state: latest). M(nodana.cloud.nodana_app_info) shows the
    statuses of apps there."
seealso:
  - module: nodana.cloud.nodana_service
  - module: nodana.cloud.nodana_app_info
"""

EXAMPLES = r"""
- name: List the services of an app
  nodana.cloud.nodana_service_info:
    project: shop
    template: lnbits-phoenixd
  register: listed

- name: Show the versions of the services
  ansible.builtin.debug:
    msg: "{{ dict(listed.services | map(attribute='service') | zip(listed.services | map(attribute='version'))) }}"
"""

RETURN = r"""
services:
  description: The services of the app, without deleted services.
  returned: success
  type: list
  elements: dict
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.service import gather_services


def main() -> None:
    """Run the module."""
    run(
        gather_services,
        {
            "app": {"type": "str"},
            "project": {"type": "str"},
            "template": {"type": "str"},
        },
        required_one_of=[("app", "template")],
        mutually_exclusive=[("app", "project"), ("app", "template")],
        required_by={"project": "template"},
    )


if __name__ == "__main__":
    main()
