#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_service_info
short_description: List services of an app at Nodana
version_added: 1.0.0
description:
  - List the services that an app consists of, with their versions and statuses.
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
    type: str
  project:
    description:
      - The name or id of the project of the app.
    type: str
  template:
    description:
      - The template of the app, of which there must be one in the O(project), or in the account if that is left out.
    type: str
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

- name: Show their versions
  ansible.builtin.debug:
    msg: "{{ dict(listed.services | map(attribute='service') | zip(listed.services | map(attribute='version'))) }}"
"""

RETURN = r"""
services:
  description: The services of the app. Deleted ones are left out.
  returned: success
  type: list
  elements: dict
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
