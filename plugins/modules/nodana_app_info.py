#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app_info
short_description: List apps at Nodana
version_added: 1.0.0
description:
  - List the apps of the account, all or those that match, with their services if wanted.
  - Secrets and parameters of apps are never among the results; the API does not show them again.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
options:
  id:
    description:
      - List only the app of this id.
    type: str
  project:
    description:
      - List only apps of this project, a name or an id. If there is no such project, no app is listed, a warning says
        so, and RV(projects) lists the projects that exist.
    type: str
  template:
    description:
      - List only apps of this template.
    type: str
  status:
    description:
      - List only apps whose status is this word, such as V(available) or V(cordoned).
    type: str
  gather_services:
    description:
      - Whether to list the services of each app as well, at the cost of one request an app.
    type: bool
    default: false
seealso:
  - module: nodana.cloud.nodana_app
  - module: nodana.cloud.nodana_service_info
"""

EXAMPLES = r"""
- name: List all apps
  nodana.cloud.nodana_app_info:
  register: everything

- name: List the cordoned apps
  nodana.cloud.nodana_app_info:
    status: cordoned
  register: cordoned

- name: List the phoenixd nodes of one project, with the versions they run
  nodana.cloud.nodana_app_info:
    project: shop
    template: phoenixd
    gather_services: true
  register: nodes
"""

RETURN = r"""
apps:
  description: The apps that match. Deleted ones are left out.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id.
      type: str
      sample: app-1234
    user_id:
      description: The id of the account.
      type: str
      sample: usr-1
    project_id:
      description: The id of its project.
      type: str
      sample: prj-5fd3
    template:
      description: The template it was made of.
      type: str
      sample: phoenixd
    rate:
      description: What it costs, most likely in US dollars a minute; the API does not tell the unit.
      type: float
      sample: 0.000233
    url:
      description: Its URL.
      type: str
      sample: https://phoenixd-ad4f.nodana.app:9740
    status:
      description: Its status, such as V(available) or V(cordoned). It does not tell whether the app is stopped.
      type: str
      sample: available
    running:
      description:
        - Whether the app runs. V(true) if all its services run, V(false) if one of them is stopped.
        - Null without O(gather_services=true), or if its services are on their way to another status.
      type: bool
      sample: true
    created_at:
      description: When it was created.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    updated_at:
      description: When it was last changed.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    services:
      description: The services of the app, as P(nodana.cloud.nodana_service_info#module) returns them.
      returned: with O(gather_services=true)
      type: list
      elements: dict
projects:
  description: All projects of the account, each as M(nodana.cloud.nodana_project_info) returns it.
  returned: when O(project) names none of them
  type: list
  elements: dict
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
