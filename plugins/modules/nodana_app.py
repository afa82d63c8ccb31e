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
  - Create, start, stop, restart and delete apps, such as a phoenixd node or a Cashu mint.
  - Apps have no name. An app is meant by its O(id), or by O(project) and O(template); if several apps match, the
    module fails and lists them. It never picks one.
  - A new app shows its secrets, such as a seed phrase, only once, in the answer to its creation. No app is created
    unless O(secrets_dir) or O(return_secrets) gives them a place. The raw answer is written to a receipt on disk before
    anything else, which goes when the secrets are safe; what a run left that broke off is finished by the next one with
    O(secrets_dir).
  - A creation whose answer was lost is never repeated. The module looks what is there and fails with what it found. An
    app whose secrets never arrived is reported by every later run, until it is deleted or its receipt is removed.
  - Only a documented error of the API counts as a refusal. After any other response, such as a status page of a proxy,
    the app may have been created, so that the creation counts as one without an answer. After a rate limit response the
    module lists the apps before it sends the creation again.
  - Lists of the API may lag behind. What this machine created counts as existing until a list has shown it or the API
    says that it is gone, which costs one more request for each app or project that a list misses.
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
      - For an app that is created, the difference shows O(params) with credentials masked. The API never shows the
        parameters of existing apps. With O(count), it also shows the number of apps.
      - In check mode, its header shows RV(minimum_requests).
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts the app each time.
options:
  id:
    description:
      - The id of an existing app.
    type: str
  project:
    description:
      - The name or id of the project that the app is in, or shall be created in. An id like V(prj-5fd3) saves a
        request.
      - If left out, the O(template) is looked for in all projects, and an app that must be created gets a new project
        from
        Nodana, which counts against the limit of four.
    type: str
  create_project:
    description:
      - Whether to create O(project) when it does not exist and the app must be created. It must be a name then, not an
        id. Otherwise the module fails.
    type: bool
    default: false
  template:
    description:
      - The template of the app, such as V(phoenixd), V(lnbits-phoenixd), V(alby-hub-phoenixd), V(cdk-mintd) or
        V(nutshell).
      - The list of templates at Nodana grows; one that is not documented is passed on with a warning.
    type: str
  params:
    description:
      - Parameters of the template, used when the app is created. The API never shows them again, so a difference to an
        existing app cannot be seen and changes nothing.
      - V(phoenixd) takes C(auto_liquidity) (V(2m), V(5m) or V(10m)) and C(webhook) (a URL).
      - V(lnbits-phoenixd) and V(alby-hub-phoenixd) take C(auto_liquidity).
      - V(cdk-mintd) takes C(mint_name) and C(mint_description), V(nutshell) these and C(mint_lnd_rest_url) (a URL) and
        C(mint_lnd_macaroon).
      - For these templates unknown parameters and wrong values fail before anything is sent. Values whose names look
        like
        those of credentials are kept out of logs and results.
    type: dict
  state:
    description:
      - V(present) creates the app if it does not exist.
      - V(started) does so too, and starts an app that does not run. Its services tell whether it runs.
      - V(stopped) stops the app. A stopped app is billed all the same.
      - V(restarted) stops the app, waits until it is, and starts it.
      - V(absent) deletes the app and everything in it for good. Move its money away before. An O(id) that is not found
        is absent only if the API at O(api_url) also lists projects; otherwise the module fails.
    type: str
    choices: [present, absent, started, stopped, restarted, latest]
    default: present
  count:
    description:
      - How many apps of the O(template) the O(project) shall have at least. Missing ones are created; none is ever
        deleted.
      - Goes with O(state=present) and O(state=started). The result has RV(apps) then, not RV(app).
    type: int
  wait:
    description:
      - Whether to wait until the app is ready, or its services have started or stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for each of these, 0 or more; V(0) looks once. A new app usually takes about 10 seconds.
    type: float
    default: 300.0
seealso:
  - module: nodana.cloud.nodana_stack
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_project
  - module: nodana.cloud.nodana_service
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Create a phoenixd node in the project shop, with its secrets in an encrypted file
  nodana.cloud.nodana_app:
    project: shop
    create_project: true
    template: phoenixd
    params:
      auto_liquidity: 2m
    secrets_dir: "{{ secrets_dir }}"
  register: node

- name: Ask the node how it is, with the password from that file
  ansible.builtin.uri:
    url: "{{ node.app.url }}/getinfo"
    url_username: ansible
    url_password: "{{ lookup('nodana.cloud.app_secrets', node.app.id, dir=secrets_dir, field='password') }}"
    force_basic_auth: true
  when: ask_apps

- name: Make sure that there are at least two mints
  nodana.cloud.nodana_app:
    project: shop
    template: nutshell
    params:
      mint_name: Shop mint
    count: 2
    secrets_dir: "{{ secrets_dir }}"
  register: mints

- name: Stop the node (it is billed all the same)
  nodana.cloud.nodana_app:
    project: shop
    template: phoenixd
    state: stopped

- name: Delete one mint
  nodana.cloud.nodana_app:
    id: "{{ mints.apps[0].id }}"
    state: absent
"""

RETURN = r"""
app:
  description:
    - The app as it is, or as it was before it was deleted. In check mode, as it would be.
    - Fields that the API has not told are null, such as C(rate) of a new app that was not waited for.
  returned: when there is, was or would be one, without O(count)
  type: dict
  contains: &app
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
        - Null if this task did not read its services, or if they are on their way to another status. O(state=started),
          O(state=stopped) and O(state=restarted) read them.
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
apps:
  description: The apps as they are, existing ones first. In check mode, as they would be.
  returned: with O(count)
  type: list
  elements: dict
  contains: *app
created:
  description: Whether this task created an app, or would in check mode.
  returned: always
  type: bool
  sample: true
minimum_requests:
  description:
    - How many requests the real run sends at least. These are the requests that look for what exists, one for each
      change, and with O(wait=true) the first look at what is waited for.
    - A real run that must look more often, or retries a request, sends more.
  returned: in check mode
  type: int
  sample: 4
secrets_file:
  description:
    - The file on the controller that holds the app's secrets, written by this task or an earlier one.
    - With O(count), RV(secrets_files) is returned instead.
  returned: with O(secrets_dir), when the file exists
  type: str
  sample: /home/user/secrets/phoenixd-app-1234.yml
secrets_files:
  description: The files of the apps by their ids.
  returned: with O(secrets_dir) and O(count), when there are any
  type: dict
  sample: {app-1234: /home/user/secrets/phoenixd-app-1234.yml}
secret_fields:
  description: The names of the secrets that were stored. With O(count), lists of these by app id.
  returned: with O(secrets_dir), when an app was created
  type: raw
  sample: [password, restricted_password, seed]
secrets_checksum:
  description: The SHA-256 of the file's text before its encryption. With O(count), these by app id.
  returned: with O(secrets_dir), when an app was created
  type: raw
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
secrets:
  description:
    - The one-time secrets of the created app, every field of the API's answer but id, project and URL, under
      snake_case names.
      Which ones there are depends on the template.
    - If Ansible cannot hold a field, C(raw_answer) is there instead of it and is the API's whole answer, as text.
    - With O(count), a dictionary of these by app id.
    - Also returned when the task fails after the creation.
  returned: with O(return_secrets=true), when an app was created; without it, when they could be stored nowhere else
  type: dict
  sample:
    seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about
    password: an example
    restricted_password: another example
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
