# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: nodana
short_description: Apps at Nodana as hosts
version_added: 1.0.0
description:
  - Makes a host of every app in the account, or of those that the options select. Deleted apps are left out.
  - A host is named by the host in the app's URL, such as C(phoenixd-ad4f.nodana.app), unless O(hostname) says
    otherwise. Apps that would share a name get their ids behind it, and an app without a usable URL is named by its id,
    with a warning each. So names are distinct and do not depend on the order in which the API lists the apps.
  - Apps have no shell to log in to. With O(connection=local) tasks for a host run on the controller, with the Python
    that runs Ansible, and reach the app over the network.
  - The inventory file must be called C(nodana.yml) or C(nodana.yaml), or its name must end in C(.nodana.yml) or
    C(.nodana.yaml).
  - One request lists the projects, and one for each project that can have a wanted app lists its apps, at the pace that
    the API allows. A cache that is warm takes none at all.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.connection
  - nodana.cloud.connection.plugins
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Says that the file is meant for this plugin.
    type: str
    required: true
    choices:
      - nodana.cloud.nodana
  projects:
    description:
      - Only apps of projects with one of these names or ids. No other project is asked for its apps.
      - May be a template, and so may O(templates), O(statuses) and O(app_ids).
    type: list
    elements: str
    default: []
  templates:
    description:
      - Only apps of these templates, such as V(phoenixd).
    type: list
    elements: str
    default: []
  statuses:
    description:
      - Only apps with one of these statuses, such as V(available) or V(cordoned).
    type: list
    elements: str
    default: []
  app_ids:
    description:
      - Only apps with one of these ids. Once all of them are found, no further project is asked for its apps.
    type: list
    elements: str
    default: []
  filters:
    description:
      - Rules that take apps in or leave them out. Each has one key, C(include) or C(exclude), and as its value a Jinja
        expression that is true or false, or one of these words itself.
      - The first rule whose expression is true for an app decides. An app that no rule is true for is in, so a list of
        C(include) ends with C(exclude=true).
      - The variables of the host are there, without those of O(compose). An expression that fails is always an error,
        whatever O(strict) says.
      - They are looked at after the API was asked, so they save no request.
    type: list
    elements: dict
    default: []
  hostname:
    description:
      - A template, or a list of them, for the names of hosts. The first that gives a name is taken, and if none does,
        the host of the app's URL.
      - The variables of the host are there, without those of O(compose). A name has letters, digits, dots, hyphens and
        underscores; what else comes out is passed over with a warning. A template that fails is passed over, or with
        O(strict) an error.
    type: raw
    default: []
  hostvars_prefix:
    description:
      - What the names of the variables begin with. The notes list them with the default.
    type: str
    default: nodana_
  group:
    description:
      - The group that all hosts are in. It is there even without hosts.
    type: str
    default: nodana
  default_groups:
    description:
      - Whether hosts are in groups by project, template and status, such as C(project_shop), C(template_phoenixd) and
        C(status_available). With O(gather_services) also in groups by region, such as C(region_eu_west), and in
        C(running_true) if all services of the app run, or C(running_false) if one of them is stopped.
      - Characters that must not be in the name of a group become underscores. What the API does not tell makes no
        group; a project without apps has one nevertheless.
    type: bool
    default: true
  gather_services:
    description:
      - Whether to ask for the services of each app as well. That takes one more request an app, at the same pace.
      - O(templates), O(statuses) and O(app_ids) save these requests, O(filters) do not.
    type: bool
    default: false
  connection:
    description:
      - V(local) sets C(ansible_connection=local), and C(ansible_python_interpreter) to the Python that runs Ansible, as
        variables of the group O(group). Variables of other groups and of hosts can override them.
      - V(none) sets neither.
    type: str
    choices:
      - local
      - none
    default: local
notes:
  - If the API cannot be read, the plugin fails and adds no host, and so it does if an expression fails with
    O(strict=true). Ansible by default merely warns about an inventory that fails, and goes on without hosts. Set
    C(any_unparsed_is_failed = true) in the section C([inventory]) of C(ansible.cfg), or
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true), so that it stops.
  - "The variables of a host: C(nodana_app_id), C(nodana_url) and its parts C(nodana_scheme), C(nodana_host) and
    C(nodana_port), C(nodana_template), C(nodana_status), C(nodana_rate), C(nodana_project_id),
    C(nodana_project_name), C(nodana_created_at), C(nodana_updated_at), and C(ansible_host), the host of the URL. With
    O(gather_services) also C(nodana_services), a list with C(name), C(version), C(region) and C(status), and
    C(nodana_running), which is null while services are on their way to another status."
  - What the API gives is never taken for a template, whatever stands in it. C(ansible-inventory --list) prints it as
    plain strings. The exception are strings with a brace, or that begin with C(#jinja2:). These are printed as
    C({"__ansible_unsafe":) C("..."}), the form in which all versions of Ansible read them back as the same harmless
    text. In tasks they are plain.
  - The options of the connection, and those that list what is wanted, may be templates, with lookups and extra
    variables. Values that come from the environment are not templated.
  - The cache keeps what the API listed and no secret. What it has is used for the same URL, key and selection only,
    also by other inventory files. Failures are not kept. C(--flush-cache) asks the API anew and keeps its answers;
    ansible-core up to 2.18 has it for C(ansible-playbook) only, newer ones for C(ansible) and C(ansible-inventory) too.
seealso:
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_project_info
  - ref: ansible_collections.nodana.cloud.docsite.guide_inventory
    description: Guide with examples.
"""

EXAMPLES = r"""
# nodana.yml, with the API key in the environment variable NODANA_API_KEY. The first line is all that is needed:
#
#   ansible-inventory -i nodana.yml --graph
#   ansible -i nodana.yml template_phoenixd -m ansible.builtin.debug -a var=nodana_url
plugin: nodana.cloud.nodana

# More variables and groups. A mistake in them is an error.
strict: true
compose:
  nodana_authority: nodana_host ~ ':' ~ nodana_port
groups:
  lightning: nodana_template in ['phoenixd', 'alby-hub-phoenixd', 'lnbits-phoenixd']
  broken: nodana_status not in ['available', 'running']
keyed_groups:
  - key: nodana_port | string
    prefix: port

# shop.nodana.yml: the Lightning nodes of two projects, but none of the test apps, with names that people know.
# plugin: nodana.cloud.nodana
# api_key: "{{ lookup('ansible.builtin.env', 'SHOP_API_KEY') }}"
# projects: [shop, prj-5fd3]
# templates: [phoenixd, lnbits-phoenixd]
# filters:
#   - exclude: nodana_app_id in ['app-1234', 'app-1235']
# hostname: "{{ nodana_project_name }}-{{ nodana_template }}"

# all.nodana.yml: asks once an hour, for the services as well, and groups by region.
# plugin: nodana.cloud.nodana
# gather_services: true
# cache: true
# cache_plugin: ansible.builtin.jsonfile
# cache_connection: ~/.cache/nodana
# cache_timeout: 3600
"""

from dataclasses import replace
from functools import partial
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import REQUESTS_IMPORT_ERROR, Transport
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory import config_file, hostnames, staging
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.fetch import cache_key, cached_answers, fetch
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hosts import (
    Host,
    build_hosts,
    checked_prefix,
    project_groups,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import (
    Selection,
    filter_rules,
    is_selected,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert, plain, template

try:  # ansible-core 2.22 and newer mask secrets at every output
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

_TEMPLATED = frozenset(Connection.__dataclass_fields__) | frozenset(Selection.__dataclass_fields__)
_LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin. It builds the hosts in a draft and copies the draft to the inventory at the end."""

    NAME = config_file.PLUGIN

    def verify_file(self, path: str) -> bool:
        """Return whether the file is for this plugin, according to its name."""
        if not super().verify_file(path):
            return False
        if config_file.has_its_name(path):
            return True
        message = config_file.misnamed(path)
        if message:
            self.display.warning(message)
        return False

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the apps of the account to the inventory. Raises AnsibleError, and then nothing is added."""
        draft = staging.begun()
        super().parse(draft, loader, path, cache)
        try:
            self._read_options(path)
            answers = self._answers(renew=not cache)
            hosts = self._taken_in(build_hosts(answers, self._wanted, self._prefix))
            self._make_groups(answers)
            names = self._named(hosts, inventory)
        except (NodanaError, ValueError) as error:
            raise AnsibleParserError(str(error)) from None
        for name, host in names.items():
            self._make_host(inventory, name, host)
        for name, host in names.items():
            self._put_into_groups(name, host)
        staging.pour(draft, inventory)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Set the options. Template the ones that can be templates first, before ansible-core checks their types."""
        if direct:
            self.templar.available_variables = self._vars
            direct = config_file.templated(direct, _TEMPLATED, self.templar.template)
            if direct.get("api_url", "") is None:  # ansible-core would use the default, a different API
                direct["api_url"] = ""
        super().set_options(task_keys, var_options, direct)

    def _read_options(self, path: str) -> None:
        try:
            config = self._read_config_data(path)
        except AnsibleParserError as error:
            raise AnsibleParserError(config_file.explained(str(error))) from None
        for name in sorted(set(config) - set(self.option_definitions)):
            self.display.warning(f"{path} has the option {name}, which {self.NAME} does not know.")
        self._wanted = Selection.from_options(self.get_options())
        self._rules = filter_rules(self.get_option("filters"))
        self._name_templates = hostnames.templates(self.get_option("hostname"))
        self._prefix = checked_prefix(self.get_option("hostvars_prefix"))

    def _answers(self, renew: bool) -> Record:
        """Return the records of the account, from the API or from the cache."""
        connection = Connection.from_options(self.get_options())
        services = self.get_option("gather_services")
        if register_secret:
            register_secret(connection.api_key)
        ask = partial(self._asked, connection, services)
        if not self.get_option("cache"):
            return ask()
        key = cache_key(connection, self._wanted, services)
        return cached_answers(self.cache, key, renew, ask, self.display.warning)

    def _asked(self, connection: Connection, services: bool) -> Record:
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        api = Api(Transport(connection, warn=self.display.warning))
        return fetch(api, self._wanted, services, self.display.warning)

    def _taken_in(self, hosts: list[Host]) -> list[Host]:
        """Return the hosts that the filters include. No string in their variables is evaluated as a template."""
        safe = [replace(host, variables=inert(host.variables)) for host in hosts]
        return [
            host
            for host in safe
            if is_selected(self._rules, host.app_id, partial(self._compose, variables=host.variables))
        ]

    def _make_groups(self, answers: Record) -> None:
        """Add the groups that exist even without hosts, so that a play for an empty group has nothing to do."""
        top = self.inventory.add_group(self._group_name(self.get_option("group")))
        if self.get_option("connection") == "local":
            for name, value in _LOCAL.items():
                self.inventory.set_variable(top, name, template(value))
        of_projects = project_groups(answers) if self.get_option("default_groups") else []
        for group in (*of_projects, *(self.get_option("groups") or {})):
            self.inventory.add_group(self._group_name(group))

    def _named(self, hosts: list[Host], inventory: Any) -> dict[str, Host]:
        """Return the hosts by name. No host has the name of a group of any source, or a name of localhost."""
        taken = {
            *C.LOCALHOST,
            *inventory.groups,
            *self.inventory.groups,
            *(name for host in hosts for name in self._groups(host)),
        }
        wanted = {host.app_id: self._wanted_name(host) for host in hosts}
        names = hostnames.distinct(wanted, taken)
        for remark in hostnames.remarks(wanted, names):
            self.display.warning(remark)
        return {names[host.app_id]: host for host in hosts}

    def _wanted_name(self, host: Host) -> str:
        render = partial(self._rendered, host.variables)
        return hostnames.wanted(self._name_templates, render, host.app_id, host.url_host, self.display.warning)

    def _rendered(self, variables: Record, text: str) -> Any:
        self.templar.available_variables = variables
        try:
            return self.templar.template(text)
        except Exception as error:  # a template can raise anything
            if self.get_option("strict"):
                raise ValueError(f"The template {str(text)!r} of hostname failed: {error}") from error
            return None

    def _make_host(self, inventory: Any, name: str, host: Host) -> None:
        staging.add_host(self.inventory, name, inventory)
        address = {"ansible_host": template(host.url_host)} if host.url_host else {}
        for variable, value in {**host.variables, **address}.items():
            self.inventory.set_variable(name, variable, value)
        compose = self.get_option("compose") or {}
        self._set_composite_vars(compose, {**host.variables, **address}, name, strict=self.get_option("strict"))
        variables = self.inventory.get_host(name).vars
        for variable in compose.keys() & variables.keys():
            self.inventory.set_variable(name, variable, plain(variables[variable]))

    def _put_into_groups(self, name: str, host: Host) -> None:
        for group in self._groups(host):
            self.inventory.add_group(group)
            self.inventory.add_child(group, name)
        strict = self.get_option("strict")
        self._add_host_to_composed_groups(self.get_option("groups"), host.variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), host.variables, name, strict=strict)

    def _groups(self, host: Host) -> list[str]:
        groups = [self.get_option("group"), *(host.groups if self.get_option("default_groups") else [])]
        return [self._group_name(group) for group in groups]

    def _group_name(self, text: str) -> str:
        name: str = self._sanitize_group_name(text)
        return name
