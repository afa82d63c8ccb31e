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
  - Create, rename and delete projects, which group apps and are what Nodana bills. An account has at most four.
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
      - The name of the project. Names need not be unique at Nodana; if several projects have it, the module fails and
        lists them.
      - Together with O(id), the name that the project shall have.
    type: str
  id:
    description:
      - The id of an existing project.
    type: str
  state:
    description:
      - V(present) creates the project if no other has its O(name), or gives the project O(id) its name.
      - V(absent) deletes the project. One that still has apps is not deleted; the module fails and lists them. An O(id)
        that is not found is absent only if the API at O(api_url) also lists projects; otherwise the module fails.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: nodana.cloud.nodana_project_info
  - module: nodana.cloud.nodana_app
"""

EXAMPLES = r"""
- name: A project for the shop
  nodana.cloud.nodana_project:
    name: shop
  register: shop

- name: Give it another name
  nodana.cloud.nodana_project:
    id: "{{ shop.project.id }}"
    name: web shop

- name: Delete it, once it is empty
  nodana.cloud.nodana_project:
    id: "{{ shop.project.id }}"
    state: absent
"""

RETURN = r"""
project:
  description:
    - The project as it is, or as it was before it was deleted. In check mode, as it would be.
    - Fields that the API has not told are null, as all but C(id), C(name) and C(deleted) are for a new project.
  returned: when there is, was or would be one
  type: dict
  contains:
    id:
      description: The id. Null for a project that would be created in check mode.
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
      description: When it was last changed. Null after this task renamed it.
      type: str
      sample: "2025-05-01T07:46:12.368Z"
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
