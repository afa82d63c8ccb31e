#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app
short_description: Manage apps at Nodana
version_added: 1.0.0
description:
  - Create, start, stop, restart, update and delete apps, such as a phoenixd node or a Cashu mint.
  - Apps do not have names. Identify an app by its O(id), or by O(project) and O(template). If several apps match, the
    module fails and lists them.
  - The API shows the secrets of a new app, such as its seed phrase, only once. The module creates an app only if
    O(secrets_dir) or O(return_secrets) is set.
  - If a run is interrupted after the creation of an app, the next run with O(secrets_dir) stores the secrets.
  - If the response to a creation is lost, the module does not repeat the creation. It lists the apps and fails with the
    ids of the new ones. Later runs report an app with lost secrets until you delete the app or remove its receipt.
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
    support: partial
    details:
      - The API does not show whether a newer version exists. With O(state=latest), check mode reports no change and
        warns about this.
  diff_mode:
    support: full
    details:
      - The diff of a new app contains O(params), with credentials masked. The API does not return the parameters of
        existing apps.
      - With O(count), the diff also contains the number of apps.
      - In check mode, the header of the diff contains RV(minimum_requests).
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts the app every time.
      - On an API without services, O(state=stopped) and O(state=latest) can report a change every time. See the notes.
options:
  id:
    description:
      - The id of an existing app.
      - Required if O(template) is not set.
    type: str
  project:
    description:
      - The name or id of the project of the app. An id such as V(prj-5fd3) saves one request.
      - If not set, the module searches all projects for an app of the O(template). For a new app, Nodana then creates a
        new project, which counts towards the limit of four projects per account.
    type: str
  create_project:
    description:
      - Whether to create the O(project) for a new app if it does not exist. The O(project) must be a name then.
      - With V(false), the module fails for a new app of a O(project) that does not exist.
    type: bool
    default: false
  template:
    description:
      - The template of the app, such as V(phoenixd), V(lnbits-phoenixd), V(alby-hub-phoenixd), V(cdk-mintd) or
        V(nutshell).
      - For a new app of a template that is not documented, the module warns and does not check the O(params).
      - Required if O(id) is not set.
    type: str
  params:
    description:
      - The parameters of the O(template) for a new app. The API does not return them, so they have no effect on an
        existing app.
      - V(phoenixd) accepts C(auto_liquidity) (V(2m), V(5m) or V(10m)) and C(webhook) (a URL).
      - V(lnbits-phoenixd) and V(alby-hub-phoenixd) accept C(auto_liquidity).
      - V(cdk-mintd) accepts C(mint_name) and C(mint_description).
      - V(nutshell) accepts C(mint_name), C(mint_description), C(mint_lnd_rest_url) (a URL) and C(mint_lnd_macaroon).
      - The parameters of these templates are checked before the first request.
      - Values are masked in logs and results if their names are typical of credentials.
    type: dict
  state:
    description:
      - V(present) creates the app if it does not exist.
      - V(started) creates the app if it does not exist, and starts it if it is not running.
      - V(stopped) stops the app. A stopped app is still billed.
      - V(restarted) stops the app, waits until it has stopped, and starts it again. On an API without services, it
        sends a single request.
      - V(latest) updates the app to its newest version. If the app has several services, it updates each of them. It
        does not create an app. For a C(cdk-mintd) that may be older than 0.18, it warns that the update needs a
        one-time import of its settings.
      - V(absent) permanently deletes the app and everything in it, including money. If the app is not found, the module
        verifies that the API at O(api_url) serves apps, and fails if it does not.
    type: str
    choices: [present, absent, started, stopped, restarted, latest]
    default: present
  count:
    description:
      - The minimum number of apps of the O(template) in the O(project). The module creates missing apps. It does not
        delete additional apps.
      - Requires O(project), and O(state=present) or O(state=started). The module returns RV(apps) instead of RV(app).
    type: int
  wait:
    description:
      - Whether to wait until the app is ready, or until its services have started or stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - The maximum time of each wait in seconds. V(0) checks the status once.
      - A new app usually becomes ready within 10 seconds.
    type: float
    default: 300.0
notes:
  - Some versions of the API have no services. There, only the status of an app shows whether it runs, and the status
    V(available) does not distinguish a running app from a stopped one. So O(state=started) does not change an app with
    this status, and O(state=stopped) sends its request and reports a change every time, unless the status is
    V(stopped).
  - If such an API does not return the version of an app, O(state=latest) reports a change every time.
seealso:
  - module: nodana.cloud.nodana_stack
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_project
  - module: nodana.cloud.nodana_service
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Create a phoenixd node and store its secrets in an encrypted file
  nodana.cloud.nodana_app:
    project: shop
    create_project: true
    template: phoenixd
    params:
      auto_liquidity: 2m
    secrets_dir: "{{ secrets_dir }}"
  register: node

- name: Read the status of the node, with the password from the encrypted file
  ansible.builtin.uri:
    url: "{{ node.app.url }}/getinfo"
    url_username: ansible
    url_password: "{{ lookup('nodana.cloud.app_secrets', node.app.id, dir=secrets_dir, field='password') }}"
    force_basic_auth: true

- name: Ensure that the project has at least two mints
  nodana.cloud.nodana_app:
    project: shop
    template: nutshell
    params:
      mint_name: Shop mint
    count: 2
    secrets_dir: "{{ secrets_dir }}"
  register: mints

- name: Stop the node, which is still billed
  nodana.cloud.nodana_app:
    project: shop
    template: phoenixd
    state: stopped

- name: Update the node to its newest version
  nodana.cloud.nodana_app:
    project: shop
    template: phoenixd
    state: latest
  register: update

- name: Show the versions before and after the update
  ansible.builtin.debug:
    msg: "{{ update.previous_version }} -> {{ update.version }}"
  when: update is changed

- name: Delete one mint
  nodana.cloud.nodana_app:
    id: "{{ mints.apps[0].id }}"
    state: absent
"""

RETURN = r"""
app:
  description:
    - The app, or the former app if it was deleted. In check mode, the predicted app.
    - Fields that the API has not returned yet are null, such as C(rate) of a new app with O(wait=false).
  returned: if an app exists, was deleted or would be created, unless O(count) is set
  type: dict
  contains: &app
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
        - Null if the task did not read the services of the app, or if their status is changing. O(state=present) does
          not read them.
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
apps:
  description: The existing apps, followed by the new apps. In check mode, the predicted apps.
  returned: if O(count) is set
  type: list
  elements: dict
  contains: *app
created:
  description: Whether the task created an app, or would create one in check mode.
  returned: always
  type: bool
  sample: true
previous_version:
  description:
    - The version of the app before the task. Null if the API does not show it.
    - If the app has several services, this is the version of the service with the name of the template.
  returned: if O(state=latest)
  type: str
  sample: 0.7.1
version:
  description: The version of the app after the task. In check mode, the version before the task.
  returned: if O(state=latest)
  type: str
  sample: 0.7.2
image:
  description: The container image of the new version. Null on an API with services.
  returned: if O(state=latest)
  type: str
  sample: nodana/phoenixd:0.7.2
minimum_requests:
  description:
    - The minimum number of API requests that the task sends without check mode.
    - The task sends more requests if it must poll more than once or retry a request.
  returned: in check mode
  type: int
  sample: 4
secrets_file:
  description:
    - The path of the file on the controller that contains the secrets of the app.
    - If O(count) is set, RV(secrets_files) is returned instead.
  returned: if O(secrets_dir) is set and the file exists
  type: str
  sample: /home/user/secrets/phoenixd-app-1234.yml
secrets_files:
  description: The paths of the files on the controller that contain the secrets of the apps, by app id.
  returned: if O(secrets_dir) and O(count) are set and a file exists
  type: dict
  sample: {app-1234: /home/user/secrets/phoenixd-app-1234.yml}
secret_fields:
  description: The names of the stored secrets. If O(count) is set, a dictionary of such lists by app id.
  returned: if O(secrets_dir) is set and an app was created
  type: raw
  sample: [password, restricted_password, seed]
secrets_checksum:
  description:
    - The SHA-256 checksum of the content of the file before its encryption.
    - If O(count) is set, a dictionary of checksums by app id.
  returned: if O(secrets_dir) is set and an app was created
  type: raw
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
secrets:
  description:
    - The one-time secrets of the new app, with names in snake_case. These are all fields of the API's response except
      the id, the project and the URL.
    - If Ansible cannot represent a field, C(raw_response) contains the whole response of the API as text.
    - If O(count) is set, a dictionary of the secrets by app id.
    - Also returned if the task fails after the creation.
  returned: if an app was created with O(return_secrets=true), or its secrets could not be stored
  type: dict
  sample:
    seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about
    password: an example
    restricted_password: another example
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app import ensure_app


def main() -> None:
    """Run the module."""
    run(
        ensure_app,
        {
            "id": {"type": "str"},
            "project": {"type": "str"},
            "create_project": {"type": "bool", "default": False},
            "template": {"type": "str"},
            "params": {"type": "dict"},
            "state": {
                "type": "str",
                "choices": ["present", "absent", "started", "stopped", "restarted", "latest"],
                "default": "present",
            },
            "count": {"type": "int"},
            **SECRETS_OPTIONS,
            **WAIT_OPTIONS,
        },
        required_one_of=[("id", "template")],
        mutually_exclusive=[("id", "project"), ("id", "template"), ("id", "params"), ("id", "count")],
        required_by={"project": "template", "count": "project"},
    )


if __name__ == "__main__":
    main()
