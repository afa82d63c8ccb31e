#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app_info
short_description: Gather information about apps at Nodana
version_added: 1.0.0
description:
  - Gather information about all apps of the account, or about the apps that match the options.
  - The result does not contain the secrets and parameters of apps, because the API does not return them.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
options:
  id:
    description:
      - Only return the app with this id.
    type: str
  project:
    description:
      - Only return the apps of the project with this name or id.
      - If the project does not exist, the module warns and returns all existing projects as RV(projects).
    type: str
  template:
    description:
      - Only return apps of this template.
    type: str
  status:
    description:
      - Only return apps with this status, such as V(available) or V(cordoned).
    type: str
  gather_services:
    description:
      - Whether to return the services of each app. This sends one request per app.
      - On an API without services, the module warns and returns empty lists.
    type: bool
    default: false
seealso:
  - module: nodana.cloud.nodana_app
  - module: nodana.cloud.nodana_service_info
"""

EXAMPLES = r"""
- name: List all apps
  nodana.cloud.nodana_app_info:
  register: all_apps

- name: List the cordoned apps
  nodana.cloud.nodana_app_info:
    status: cordoned
  register: cordoned

- name: List the phoenixd nodes of a project with their versions
  nodana.cloud.nodana_app_info:
    project: shop
    template: phoenixd
    gather_services: true
  register: nodes
"""

RETURN = r"""
apps:
  description: The apps that match the options, without deleted apps.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the app.
      type: str
      sample: app-1234
    user_id:
      description: The id of the account of the app.
      type: str
      sample: usr-1
    project_id:
      description: The id of the project of the app.
      type: str
      sample: prj-5fd3
    template:
      description: The template of the app.
      type: str
      sample: phoenixd
    rate:
      description: The price of the app, most likely in US dollars per minute. The API does not document the unit.
      type: float
      sample: 0.000233
    url:
      description: The URL of the app.
      type: str
      sample: https://phoenixd-ad4f.nodana.app:9740
    status:
      description: The status of the app, such as V(available) or V(cordoned). It does not show if the app is stopped.
      type: str
      sample: available
    running:
      description:
        - Whether the app is running. V(true) if all services of the app are running, V(false) if a service is stopped.
        - Null without O(gather_services=true), or if the status of the services is changing.
        - On an API without services, V(true) if the status is V(running), V(false) if it is V(stopped), else null.
      type: bool
      sample: true
    created_at:
      description: The time at which the app was created.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    updated_at:
      description: The time at which the app was last changed.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    services:
      description: The services of the app, as returned by M(nodana.cloud.nodana_service_info).
      returned: if O(gather_services=true)
      type: list
      elements: dict
projects:
  description: All projects of the account, as returned by M(nodana.cloud.nodana_project_info).
  returned: if the O(project) does not exist
  type: list
  elements: dict
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app import gather_apps


def main() -> None:
    """Run the module."""
    run(
        gather_apps,
        {
            "id": {"type": "str"},
            "project": {"type": "str"},
            "template": {"type": "str"},
            "status": {"type": "str"},
            "gather_services": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("id", "project")],
    )


if __name__ == "__main__":
    main()
