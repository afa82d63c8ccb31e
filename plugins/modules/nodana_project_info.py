#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_project_info
short_description: Gather information about projects at Nodana
version_added: 1.0.0
description:
  - Gather information about all projects of the account, or about the projects that match the options.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
options:
  name:
    description:
      - Only return projects with this name. Names are not unique at Nodana.
    type: str
  id:
    description:
      - Only return the project with this id.
    type: str
  gather_apps:
    description:
      - Whether to return the apps of each project. This sends one request per project.
    type: bool
    default: false
seealso:
  - module: nodana.cloud.nodana_project
  - module: nodana.cloud.nodana_app_info
"""

EXAMPLES = r"""
- name: List all projects with their apps
  nodana.cloud.nodana_project_info:
    gather_apps: true
  register: listed

- name: Show the number of apps of each project
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.apps | length }} apps"
  loop: "{{ listed.projects }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
projects:
  description: The projects that match the options, without deleted projects.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id of the project.
      type: str
      sample: prj-5fd3
    user_id:
      description: The id of the account of the project.
      type: str
      sample: usr-1
    name:
      description: The name of the project.
      type: str
      sample: shop
    deleted:
      description: Whether the project is deleted. Deleted projects are not returned.
      type: bool
      sample: false
    created_at:
      description: The time at which the project was created.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
    updated_at:
      description: The time at which the project was last changed.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
    apps:
      description: The apps of the project, as returned by M(nodana.cloud.nodana_app_info).
      returned: if O(gather_apps=true)
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import gather_projects


def main() -> None:
    """Run the module."""
    run(
        gather_projects,
        {
            "name": {"type": "str"},
            "id": {"type": "str"},
            "gather_apps": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
