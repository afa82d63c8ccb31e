#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_stack
short_description: Manage a project with all its apps at Nodana
version_added: 1.0.0
description:
  - Create a project and its apps, start and stop the apps, or delete the project with its apps, in one task.
  - The module reads the project and all its apps with two requests, or with one if O(project) is an id. It creates
    missing apps one after the other, and then waits for all of them together.
  - Apps do not have names, so the module manages a number of apps per template. It returns the number of additional
    apps as RV(surplus) and does not change these apps.
  - The API shows the secrets of a new app, such as its seed phrase, only once. The module creates an app only if
    O(secrets_dir) or O(return_secrets) is set.
  - Interrupted runs and lost responses are handled as in M(nodana.cloud.nodana_app).
  - On failure, RV(done) and RV(not_done) list the steps. Run the task again to do the remaining steps.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.secrets
  - nodana.cloud.attributes
attributes:
  async:
    support: none
    details:
      - The task must run until the secrets of new apps are stored. With C(async), it fails before the first request.
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff of a new app contains O(apps[].params), with credentials masked. The API does not return the parameters
        of existing apps.
      - The diff also contains the number of apps by template.
      - In check mode, the header of the diff contains RV(minimum_requests).
  idempotent:
    support: full
options:
  project:
    description:
      - The name or id of the project. An id such as V(prj-5fd3) saves one request.
      - If no project has this name, it is created. A name in the form of an id is not created, because it is most
        likely a mistyped id. Create such a project with M(nodana.cloud.nodana_project).
    type: str
    required: true
  apps:
    description:
      - The apps of the project. Each template can be listed once.
    type: list
    elements: dict
    default: []
    suboptions:
      template:
        description:
          - The template of the apps, such as V(phoenixd).
        type: str
        required: true
      params:
        description:
          - The parameters of the template for new apps, see O(nodana.cloud.nodana_app#module:params).
        type: dict
      count:
        description:
          - The minimum number of apps of the template.
          - With O(apps[].state=started) and O(apps[].state=stopped), the project must not contain more apps of the
            template.
        type: int
        default: 1
      state:
        description:
          - V(present) creates missing apps.
          - V(started) creates missing apps, and starts apps that are not running.
          - V(stopped) stops the apps. Stopped apps are still billed. Missing apps are not created.
          - V(started) and V(stopped) send one additional request per app to read its services.
        type: str
        choices: [present, started, stopped]
        default: present
  state:
    description:
      - V(present) creates the project and missing apps, and applies the O(apps[].state) of the apps.
      - V(absent) permanently deletes the listed apps and everything in them, including money, and then the project. It
        requires O(delete_apps=true). If the project contains apps that are not listed, the module fails and deletes
        nothing.
    type: str
    choices: [present, absent]
    default: present
  delete_apps:
    description:
      - Whether O(state=absent) may permanently delete apps and the money in them.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the apps are ready, and until their services have started or stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - The maximum time of each wait in seconds. The module waits once until all apps are ready, and once for each app
        that it starts or stops. V(0) checks the status once.
      - A new app usually becomes ready within 10 seconds.
    type: float
    default: 300.0
seealso:
  - module: nodana.cloud.nodana_app
  - module: nodana.cloud.nodana_project
  - module: nodana.cloud.nodana_project_info
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Create a project with a node and two mints
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: phoenixd
        params:
          auto_liquidity: 2m
      - template: cdk-mintd
        params:
          mint_name: Shop mint
        count: 2
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Show the paths of the secrets files
  ansible.builtin.debug:
    var: shop.secrets_files

- name: Stop the node of the project
  nodana.cloud.nodana_stack:
    project: "{{ shop.project.id }}"
    apps:
      - template: phoenixd
        state: stopped

- name: Delete the project with all its apps
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: phoenixd
      - template: cdk-mintd
        count: 2
    state: absent
    delete_apps: true
"""

RETURN = r"""
project:
  description:
    - The project, or the former project if it was deleted. In check mode, the predicted project.
    - If O(project) is an id and the project has apps, all fields except C(id) and C(deleted) are null.
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
      description: Whether the project is deleted.
      type: bool
      sample: false
    created_at:
      description: The time at which the project was created.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    updated_at:
      description: The time at which the project was last changed.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
apps:
  description:
    - The existing apps of the listed templates, or the former apps if they were deleted, followed by the new apps. In
      check mode, the predicted apps. The order is that of O(apps).
    - Fields that the API has not returned yet are null, such as C(rate) of a new app with O(wait=false).
  returned: unless an option is not valid
  type: list
  elements: dict
  contains:
    id:
      description: The id of the app. Null for an app that would be created in check mode.
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
        - Null if the task did not read the services of the app, or if their status is changing. Only
          O(apps[].state=started) and O(apps[].state=stopped) read them.
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
created:
  description: Whether the task created an app, or would create one in check mode.
  returned: unless an option is not valid
  type: bool
  sample: true
surplus:
  description: The number of additional apps by template. The task did not change them.
  returned: if O(state=present)
  type: dict
  sample: {cdk-mintd: 1}
done:
  description: The steps that the task did, with the ids of new objects. In check mode, the steps that it would do.
  returned: unless an option is not valid
  type: list
  elements: str
  sample: ["create the project shop: prj-5fd3", "create phoenixd: app-1234"]
not_done:
  description: The steps that were left when the task failed. Run the task again to do them.
  returned: unless an option is not valid
  type: list
  elements: str
  sample: [create cdk-mintd]
minimum_requests:
  description:
    - The minimum number of API requests that the task sends without check mode.
    - The task sends more requests if it must poll more than once or retry a request.
  returned: in check mode
  type: int
  sample: 4
secrets_files:
  description: The paths of the files on the controller that contain the secrets of the apps, by app id.
  returned: if O(secrets_dir) is set and a file exists
  type: dict
  sample: {app-1234: /home/user/secrets/phoenixd-app-1234.yml}
secret_fields:
  description: The names of the stored secrets, by app id.
  returned: if O(secrets_dir) is set and an app was created
  type: dict
  sample: {app-1234: [password, restricted_password, seed]}
secrets_checksum:
  description: The SHA-256 checksums of the contents of the files before their encryption, by app id.
  returned: if O(secrets_dir) is set and an app was created
  type: dict
  sample: {app-1234: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
secrets:
  description:
    - The one-time secrets of the new apps by app id, with names in snake_case.
    - Also returned if the task fails after a creation.
  returned: if an app was created with O(return_secrets=true), or its secrets could not be stored
  type: dict
  sample:
    app-1234:
      seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about
      password: an example
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
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import SECRETS_OPTIONS, WAIT_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._resources.stack import ensure_stack

APP = {
    "template": {"type": "str", "required": True},
    "params": {"type": "dict"},
    "count": {"type": "int", "default": 1},
    "state": {"type": "str", "choices": ["present", "started", "stopped"], "default": "present"},
}


def main() -> None:
    """Run the module."""
    run(
        ensure_stack,
        {
            "project": {"type": "str", "required": True},
            "apps": {"type": "list", "elements": "dict", "default": [], "options": APP},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "delete_apps": {"type": "bool", "default": False},
            **SECRETS_OPTIONS,
            **WAIT_OPTIONS,
        },
    )


if __name__ == "__main__":
    main()
