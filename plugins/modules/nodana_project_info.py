#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_project_info
short_description: List projects at Nodana
version_added: 1.0.0
description:
  - List the projects of the account, all or those that match, with their apps if wanted.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
options:
  name:
    description:
      - List only projects of this name. There may be several.
    type: str
  id:
    description:
      - List only the project of this id.
    type: str
  gather_apps:
    description:
      - Whether to list the apps of each project as well, at the cost of one request a project.
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

- name: Show how many apps each project has
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.apps | length }} apps"
  loop: "{{ listed.projects }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
projects:
  description: The projects that match. Deleted ones are left out.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id.
      type: str
      sample: prj-5fd3
    user_id:
      description: The id of the account.
      type: str
      sample: usr-1
    name:
      description: The name.
      type: str
      sample: shop
    deleted:
      description: Whether it is deleted. Deleted projects are never returned.
      type: bool
      sample: false
    created_at:
      description: When it was created.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
    updated_at:
      description: When it was last changed.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
    apps:
      description: The apps of the project, as P(nodana.cloud.nodana_app_info#module) returns them.
      returned: with O(gather_apps=true)
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
