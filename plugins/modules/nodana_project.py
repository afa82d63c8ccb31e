#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_project
short_description: Manage projects at Nodana
version_added: 1.0.0
description:
  - Create, rename and delete projects.
  - Projects contain apps. An account can have up to four projects.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.attributes
attributes:
  async:
    support: full
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  name:
    description:
      - The name of the project. If O(id) is set, the new name of the project.
      - Names are not unique at Nodana. If several projects have this name, the module fails and lists them.
      - Required if O(id) is not set.
    type: str
  id:
    description:
      - The id of an existing project.
      - Required if O(name) is not set.
    type: str
  state:
    description:
      - V(present) creates the project if it does not exist. If O(id) and O(name) are set, it renames the project.
      - V(absent) deletes the project. If the project still contains apps, the module fails and lists them. If the
        project is not found, the module verifies that the API at O(api_url) serves projects, and fails if it does not.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: nodana.cloud.nodana_project_info
  - module: nodana.cloud.nodana_app
"""

EXAMPLES = r"""
- name: Create a project
  nodana.cloud.nodana_project:
    name: shop
  register: shop

- name: Rename the project
  nodana.cloud.nodana_project:
    id: "{{ shop.project.id }}"
    name: web shop

- name: Delete the project
  nodana.cloud.nodana_project:
    id: "{{ shop.project.id }}"
    state: absent
"""

RETURN = r"""
project:
  description:
    - The project, or the former project if it was deleted. In check mode, the predicted project.
    - For a new project, all fields except C(id), C(name) and C(deleted) are null.
  returned: if the project exists, was deleted or would be created
  type: dict
  contains:
    id:
      description: The id of the project. Null for a project that would be created in check mode.
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
      description: The time at which the project was last changed. Null if the task renamed the project.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import ensure_project


def main() -> None:
    """Run the module."""
    run(
        ensure_project,
        {
            "name": {"type": "str"},
            "id": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        required_one_of=[("name", "id")],
    )


if __name__ == "__main__":
    main()
