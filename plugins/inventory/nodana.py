# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: nodana
short_description: Nodana inventory source
version_added: 1.0.0
description:
  - Reads the apps of a Nodana account and adds each app as a host. With O(source), it adds the nodes of the account,
    too, or only the nodes. The options select apps and nodes. Deleted ones are left out.
  - The name of a host is the host part of its URL, such as C(phoenixd-ad4f.nodana.app), unless O(hostname) is set. If
    several hosts have the same name, the plugin appends the ids of the apps and nodes. A host without a usable URL is
    named by its id. The plugin warns in both cases. The names do not depend on the order in which the API lists them.
  - Apps and nodes have no shell. With O(connection=local), tasks for a host run on the controller, with the Python
    interpreter of Ansible, and reach the app or node over the network.
  - The name of the inventory file must be C(nodana.yml) or C(nodana.yaml), or end in C(.nodana.yml) or C(.nodana.yaml).
  - For apps, the plugin sends one request for the list of projects, and one request for the apps of each selected
    project. For nodes, it sends one request. With O(source=all), it sends all of them. It keeps to the rate limit of
    the API. It sends no request if the cache has a valid entry.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.nodes_connection.plugins
  - nodana.cloud.connection
  - nodana.cloud.connection.plugins
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Marks this as an inventory file of this plugin.
    type: str
    required: true
    choices:
      - nodana.cloud.nodana
  source:
    description:
      - Whether the inventory contains apps, nodes or both. Nodes belong to a newer generation of the API than apps.
      - If the API does not have what V(apps) or V(nodes) requests, the plugin fails. With V(all), it fails only if the
        API has neither. If the API has one of them, the plugin prints a warning, and does not cache the hosts. It does
        the same if the API refuses the list of nodes because the key has no scopes for them.
      - For nodes, O(nodes_api_key) selects another key. If the inventory file does not set O(api_url), the environment
        variable E(NODANA_API_ORIGIN) selects another host for nodes, an origin such as V(https://api.nodana.io).
    type: str
    choices: [apps, nodes, all]
    default: apps
  projects:
    description:
      - Limit the apps of the inventory to projects with one of these names or ids. The plugin does not request the apps
        of other projects.
      - Nodes belong to no project. With O(source=all), this option does not limit them. With O(source=nodes), it is an
        error.
      - This option can be a Jinja template. So can O(templates), O(statuses) and O(app_ids).
    type: list
    elements: str
    default: []
  templates:
    description:
      - Limit the inventory to these templates, such as V(phoenixd). The template of all nodes is V(phoenixd).
    type: list
    elements: str
    default: []
  statuses:
    description:
      - Limit the inventory to apps and nodes with one of these statuses, such as V(available) or V(cordoned).
    type: list
    elements: str
    default: []
  app_ids:
    description:
      - Limit the inventory to apps and nodes with one of these ids. The plugin stops sending requests when it has found
        all of them. With O(source=all), it requests the nodes first.
    type: list
    elements: str
    default: []
  filters:
    description:
      - A list of rules that include or exclude hosts. Each rule has one key, C(include) or C(exclude). Its value is a
        Jinja expression that returns a boolean, or a boolean.
      - The first rule whose expression is true decides. If no rule is true for a host, the host is included. To exclude
        all other hosts, end the list with C(exclude=true).
      - An expression can use the variables of the host, but not those of O(compose). An expression that fails is an
        error, also with O(strict=false).
      - The plugin applies the filters after it has read the API. They do not save requests.
    type: list
    elements: dict
    default: []
  hostname:
    description:
      - A Jinja template, or a list of them, for the host name. The plugin uses the first one that renders a valid name.
        If there is none, it uses the host part of the URL.
      - A template can use the variables of the host, but not those of O(compose).
      - A name consists of letters, digits, dots, hyphens and underscores. The plugin skips other names with a warning.
      - The plugin skips a template that fails. With O(strict=true), it fails instead.
    type: raw
    default: []
  hostvars_prefix:
    description:
      - The prefix of the host variables. The notes list the variables with the default prefix.
    type: str
    default: nodana_
  group:
    description:
      - The group that contains all hosts. It exists even if there are no hosts.
    type: str
    default: nodana
  default_groups:
    description:
      - Whether to group hosts by project, template and status, for example into C(project_shop), C(template_phoenixd)
        and C(status_available). Nodes have no project.
      - With O(source=nodes) or O(source=all), hosts are also grouped into C(generation_apps) and C(generation_nodes).
      - With O(gather_services=true), hosts are also grouped by region, for example into C(region_eu_west). An app is in
        the group C(running_true) if all its services run, and in C(running_false) if one of them is stopped.
      - Characters that are not valid in a group name are replaced by underscores. A project without apps has a group,
        too.
    type: bool
    default: true
  gather_services:
    description:
      - Whether to read the services of each app. This takes one more request for each app. Nodes
        have no services.
      - O(templates), O(statuses) and O(app_ids) save these requests. O(filters) does not.
    type: bool
    default: false
  connection:
    description:
      - With V(local), the group O(group) has the variables C(ansible_connection=local) and
        C(ansible_python_interpreter), the Python interpreter that runs Ansible. Variables of other groups and of hosts
        override them.
      - With V(none), the plugin sets neither variable.
    type: str
    choices:
      - local
      - none
    default: local
notes:
  - If the API cannot be read, the plugin fails and adds no hosts. It also fails if an expression fails with
    O(strict=true). By default, Ansible prints a warning and continues without the hosts. To make this an error, set
    C(any_unparsed_is_failed = true) in the section C([inventory]) of C(ansible.cfg), or set the environment variable
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true).
  - "The host of an app has these variables: C(nodana_app_id), C(nodana_url) and its parts C(nodana_scheme),
    C(nodana_host) and C(nodana_port), C(nodana_template), C(nodana_status), C(nodana_rate), C(nodana_project_id),
    C(nodana_project_name), C(nodana_created_at), C(nodana_updated_at), and C(ansible_host), the host part of the URL."
  - "Of these variables, the host of a node has C(nodana_url), C(nodana_scheme), C(nodana_host), C(nodana_port),
    C(nodana_template), C(nodana_status) and C(ansible_host). It also has C(nodana_node_id), C(nodana_node_name),
    C(nodana_failure_message) and C(nodana_update_status), which the hosts of apps do not have. The last two can be
    null."
  - With O(gather_services=true), the host of each app also has C(nodana_services) and C(nodana_running).
    C(nodana_services) is a list of dictionaries with C(name), C(version), C(region) and C(status). C(nodana_running) is
    a boolean, or null while services start, stop or update.
  - Ansible never evaluates values from the API as templates. C(ansible-inventory --list) prints them as plain strings.
    It prints strings that contain a brace or start with C(#jinja2:) as C({"__ansible_unsafe":) C("..."}). All versions
    of Ansible read this form back as a plain string. In tasks, all these strings are plain.
  - The connection options and the options that select apps can be templates, with lookups and extra variables. Values
    from environment variables are not evaluated as templates.
  - The cache contains the API's records and no secrets. An entry is valid for the same source, URLs, API keys and
    selection, also in other inventory files. Failures are not cached. C(--flush-cache) reads the API again and updates
    the cache. C(ansible-playbook) has this option in all versions, C(ansible) and C(ansible-inventory) from
    ansible-core 2.19 on.
seealso:
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_node_info
  - module: nodana.cloud.nodana_project_info
  - ref: ansible_collections.nodana.cloud.docsite.guide_inventory
    description: Guide with examples.
"""

EXAMPLES = r"""
# nodana.yml: all apps. Set the environment variable NODANA_API_KEY and run:
#
#   ansible-inventory -i nodana.yml --graph
#   ansible -i nodana.yml template_phoenixd -m ansible.builtin.debug -a var=nodana_url
plugin: nodana.cloud.nodana

# Additional variables and groups. With strict, an error in an expression is an error of the inventory.
strict: true
compose:
  nodana_authority: nodana_host ~ ':' ~ nodana_port
groups:
  lightning: nodana_template in ['phoenixd', 'alby-hub-phoenixd', 'lnbits-phoenixd']
  broken: nodana_status not in ['available', 'running']
keyed_groups:
  - key: nodana_port | string
    prefix: port

# shop.nodana.yml: the Lightning nodes of two projects without the test apps, named by project and template
# plugin: nodana.cloud.nodana
# api_key: "{{ lookup('ansible.builtin.env', 'SHOP_API_KEY') }}"
# projects: [shop, prj-5fd3]
# templates: [phoenixd, lnbits-phoenixd]
# filters:
#   - exclude: nodana_app_id in ['app-1234', 'app-1235']
# hostname: "{{ nodana_project_name }}-{{ nodana_template }}"

# nodes.nodana.yml: the nodes and the apps of the account, named by the node or by project and template
# plugin: nodana.cloud.nodana
# source: all
# hostname:
#   - "{{ nodana_node_name }}"
#   - "{{ nodana_project_name }}-{{ nodana_template }}"

# all.nodana.yml: all apps with their services and groups by region, cached for an hour
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
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory import config_file, hostnames, staging
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.fetch import cache_key, fetch, read_cached
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
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.source import Source
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert, plain, template

try:  # ansible-core 2.22 and newer mask secrets at every output
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

_TEMPLATED = frozenset({*Connection.__dataclass_fields__, *Selection.__dataclass_fields__, "nodes_api_key"})
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
        """Add the apps and nodes of the account to the inventory. Raises AnsibleError, and then nothing is added."""
        draft = staging.new_draft()
        super().parse(draft, loader, path, cache)
        try:
            self._read_options(path)
            account = self._account(renew=not cache)
            hosts = self._included(build_hosts(account, self._wanted, self._prefix, self._source.groups))
            self._make_groups(account)
            names = self._named(hosts, inventory)
        except (NodanaError, ValueError) as error:
            raise AnsibleParserError(str(error)) from None
        for name, host in names.items():
            self._make_host(inventory, name, host)
        for name, host in names.items():
            self._put_into_groups(name, host)
        staging.copy(draft, inventory)

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
            self.display.warning(f"{path} has the option {name}, which {self.NAME} does not have.")
        self._source = Source.from_options(self.get_options(), has_url="api_url" in config)
        self._wanted = Selection.from_options(self.get_options())
        self._rules = filter_rules(self.get_option("filters"))
        self._name_templates = hostnames.templates(self.get_option("hostname"))
        self._prefix = checked_prefix(self.get_option("hostvars_prefix"))

    def _account(self, renew: bool) -> Record:
        """Return the records of the account, from the API or from the cache."""
        for secret in self._source.keys if register_secret else ():
            register_secret(secret)
        if not self.get_option("cache"):
            return self._fetch()
        key = cache_key(self._source, self._wanted, self.get_option("gather_services"))
        return read_cached(self.cache, key, renew, self._fetch, self.display.warning)

    def _fetch(self) -> Record:
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        warn = self.display.warning
        return fetch(*self._source.clients(warn), self._wanted, self.get_option("gather_services"), warn)

    def _included(self, hosts: list[Host]) -> list[Host]:
        """Return the hosts that the filters include. No string in their variables is evaluated as a template."""
        safe = [replace(host, variables=inert(host.variables)) for host in hosts]
        return [
            host
            for host in safe
            if is_selected(self._rules, host.key, partial(self._compose, variables=host.variables))
        ]

    def _make_groups(self, account: Record) -> None:
        """Add the groups that exist even without hosts, so that a play for an empty group has nothing to do."""
        top = self.inventory.add_group(self._group_name(self.get_option("group")))
        if self.get_option("connection") == "local":
            for name, value in _LOCAL.items():
                self.inventory.set_variable(top, name, template(value))
        defaults = [*project_groups(account), *self._source.groups] if self.get_option("default_groups") else []
        for group in (*defaults, *(self.get_option("groups") or {})):
            self.inventory.add_group(self._group_name(group))

    def _named(self, hosts: list[Host], inventory: Any) -> dict[str, Host]:
        """Return the hosts by name. No host has the name of a group of any source, or a name of localhost."""
        taken = {
            *C.LOCALHOST,
            *inventory.groups,
            *self.inventory.groups,
            *(name for host in hosts for name in self._groups(host)),
        }
        wanted = {host.key: self._wanted_name(host) for host in hosts}
        names = hostnames.distinct(wanted, taken)
        for remark in hostnames.remarks(wanted, names):
            self.display.warning(remark)
        return {names[host.key]: host for host in hosts}

    def _wanted_name(self, host: Host) -> str:
        render = partial(self._rendered, host.variables)
        return hostnames.wanted(self._name_templates, render, host.key, host.url_host, self.display.warning)

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
