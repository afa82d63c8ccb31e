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
  - Bring a project and any number of its apps to the wanted state in one task. What is there is read with two requests,
    or one if the project is given by its id, however many apps there are. Further requests are made only for what is
    missing.
  - New apps are created one after the other and then waited for together, with one request a look.
  - Apps have no name. A project shall have so many apps of a template; more than that are reported as RV(surplus) and
    never touched.
  - Secrets and creations are treated as P(nodana.cloud.nodana_app#module) does. No app is created unless O(secrets_dir)
    or O(return_secrets) gives its secrets a place.
  - A failure tells in RV(done) and RV(not_done) how far the task came. The next run goes on from there.
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
      - The task must stay to put the secrets of new apps away. With C(async) it fails before anything is asked.
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - For an app that is created, the difference shows O(apps[].params) with credentials masked. The API never shows
        the parameters of existing apps. It also shows the number of apps by template.
      - In check mode, its header shows RV(minimum_requests).
  idempotent:
    support: full
options:
  project:
    description:
      - The name or id of the project. If there is none of this name, it is created. An id like V(prj-5fd3) saves a
        request.
      - A name of the form of an id is not created, since a mistyped id would become a project. Use
        M(nodana.cloud.nodana_project) if such a name is meant.
    type: str
    required: true
  apps:
    description:
      - What the project shall have at least. Each template can be listed once.
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
          - Parameters of the template, used for new apps, as in P(nodana.cloud.nodana_app#module).
        type: dict
      count:
        description:
          - How many apps of the template there shall be.
        type: int
        default: 1
      state:
        description:
          - V(present) creates what is missing.
          - V(started) does so too, and starts apps that do not run.
          - V(stopped) stops the apps. They are billed all the same. None is created to be stopped.
          - V(started) and V(stopped) cost a request more for each app, whose services tell whether it runs.
          - With V(started) and V(stopped) there must not be more apps than O(apps[].count).
        type: str
        choices: [present, started, stopped]
        default: present
  state:
    description:
      - V(present) creates what is missing.
      - V(absent) deletes the listed apps, with everything in them, and then the project. Nothing is deleted if the
        project holds anything that is not listed. It needs O(delete_apps=true).
    type: str
    choices: [present, absent]
    default: present
  delete_apps:
    description:
      - Say that apps, and the money in them, may be deleted for good by O(state=absent).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until all apps are ready, or have started or stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait until all apps are ready, and for each app that was started or stopped until its services
        show it, 0 or more; V(0) looks once. A new app usually takes about 10 seconds.
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
- name: Have a node and two mints in the project shop
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

- name: Show where the secrets are
  ansible.builtin.debug:
    var: shop.secrets_files

- name: Stop the node of the same project, given by its id
  nodana.cloud.nodana_stack:
    project: "{{ shop.project.id }}"
    apps:
      - template: phoenixd
        state: stopped

- name: Delete the project with everything in it
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
    - The project as it is, or as it was before it was deleted. In check mode, as it would be.
    - Of a project that was given by its id and not changed, all but the id may be null.
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
      description: Whether it was deleted.
      type: bool
      sample: false
    created_at:
      description: When it was created.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
    updated_at:
      description: When it was last changed.
      type: str
      sample: "2025-05-24T08:07:10.509Z"
apps:
  description:
    - All apps of the listed templates as they are, or as they were before they were deleted. In check mode, as they
      would be. Existing ones come first, both in the order of O(apps).
    - Fields that the API has not told are null, such as C(rate) of a new app that was not waited for.
  returned: unless an option is wrong
  type: list
  elements: dict
  contains:
    id:
      description: The id. Null for an app that would be created in check mode.
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
        - Null if this task did not read its services, or if they are on their way to another status.
          O(apps[].state=started) and O(apps[].state=stopped) read them.
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
created:
  description: Whether this task created an app, or would in check mode.
  returned: unless an option is wrong
  type: bool
  sample: true
surplus:
  description: How many apps of a template there are more than wanted, by template. Nothing was done to them.
  returned: with O(state=present)
  type: dict
  sample: {cdk-mintd: 1}
done:
  description: What this task did, step by step, with the ids of what it made. In check mode, what it would do.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: ["create the project shop: prj-5fd3", "create phoenixd: app-1234"]
not_done:
  description: What was left to do when the task failed. Run it again to go on.
  returned: unless an option is wrong
  type: list
  elements: str
  sample: [create cdk-mintd]
minimum_requests:
  description:
    - How many requests the real run sends at least. These are the requests that look for what exists, one for each
      change, and with O(wait=true) the first look at what is waited for.
    - A real run that must look more often, or retries a request, sends more.
  returned: in check mode
  type: int
  sample: 4
secrets_files:
  description: The files on the controller with the secrets of the apps, from this task or an earlier one, by app id.
  returned: with O(secrets_dir), when there are any
  type: dict
  sample: {app-1234: /home/user/secrets/phoenixd-app-1234.yml}
secret_fields:
  description: The names of the secrets that were stored, by app id.
  returned: with O(secrets_dir), when an app was created
  type: dict
  sample: {app-1234: [password, restricted_password, seed]}
secrets_checksum:
  description: The SHA-256 of the text of the files before their encryption, by app id.
  returned: with O(secrets_dir), when an app was created
  type: dict
  sample: {app-1234: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}
secrets:
  description:
    - The one-time secrets of the created apps by app id, under snake_case names.
    - Also returned when the task fails after a creation.
  returned: with O(return_secrets=true), when an app was created; without it, when they could be stored nowhere else
  type: dict
  sample:
    app-1234:
      seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about
      password: an example
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
