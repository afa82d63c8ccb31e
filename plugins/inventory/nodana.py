# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: nodana
short_description: Apps at Nodana as hosts
version_added: 1.0.0
description:
  - Makes a host of every app in the account, named by the host in the app's URL, such as
    C(phoenixd-ad4f.nodana.app). An app without a usable URL, or with the same host in it as another, is named by its
    id instead, with a warning. Deleted apps are left out.
  - Every host is in the group C(nodana) and in one group each by project, template and status, such as
    C(project_shop), C(template_phoenixd) and C(status_available). Characters that must not be in the name of a group
    become underscores.
  - Apps have no shell to log in to. Hosts have C(ansible_connection=local) and the Python that runs Ansible, so tasks
    for a host run on the controller and reach the app over the network.
  - The inventory file's name must end in C(nodana.yml) or C(nodana.yaml).
  - One request lists the projects and one for each project its apps, at the pace that the API allows.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.plugin_connection
  - ansible.builtin.constructed
options:
  plugin:
    description:
      - Says that the file is meant for this plugin.
    type: str
    required: true
    choices:
      - nodana.cloud.nodana
notes:
  - If the API cannot be read, the plugin fails and adds no host. Ansible by default merely warns about an inventory
    that fails, and goes on without hosts. Set C(any_unparsed_is_failed = true) in the section C([inventory]) of
    C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true), so that it stops.
  - "The variables of a host: C(nodana_app_id), C(nodana_url) and its parts C(nodana_scheme), C(nodana_host) and
    C(nodana_port), C(nodana_template), C(nodana_status), C(nodana_rate), C(nodana_project_id),
    C(nodana_project_name), C(nodana_created_at), C(nodana_updated_at), and C(ansible_host)."
  - What the API gives is never taken for a template, whatever stands in it.
seealso:
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_project_info
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
"""

from typing import Any

from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable, to_safe_group_name
from ansible_collections.nodana.cloud.plugins.module_utils import _lists
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR, Transport
from ansible_collections.nodana.cloud.plugins.plugin_utils import _hosts
from ansible_collections.nodana.cloud.plugins.plugin_utils._inert import inert, plain, template

try:  # ansible-core 2.22 and newer mask secrets at every output
    from ansible.module_utils.secrets import register_secret
except ImportError:
    register_secret = None

Record = dict[str, Any]


class InventoryModule(BaseInventoryPlugin, Constructable):
    """The inventory plugin: reads everything first, then adds the hosts."""

    NAME = "nodana.cloud.nodana"

    def verify_file(self, path: str) -> bool:
        """Tell whether the file is meant for this plugin, by its name."""
        return path.endswith(("nodana.yml", "nodana.yaml")) and super().verify_file(path)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the apps of the account to the inventory. Raises AnsibleParserError, with nothing added."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        for host in _hosts.hosts(self._projects(), to_safe_group_name, taken=inventory.groups):
            self._add(host)

    def _projects(self) -> list[Record]:
        """Read the projects, each with its apps under ``apps``."""
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        try:
            connection = Connection.from_options(self.get_options())
            if register_secret:
                register_secret(connection.api_key)
            api = Api(Transport(connection))
            return [{**project, "apps": self._apps(api, project)} for project in _lists.projects(api)]
        except NodanaError as error:
            raise AnsibleParserError(str(error)) from None

    def _apps(self, api: Api, project: Record) -> list[Record]:
        try:
            return _lists.apps(api, project["id"])
        except NotFound:
            self.display.warning(f"The project {project['id']} was deleted while the inventory was read.")
            return []

    def _add(self, host: _hosts.Host) -> None:
        if host.warning:
            self.display.warning(host.warning)
        self.inventory.add_host(host.name)
        for group in host.groups:
            self.inventory.add_group(group)
            self.inventory.add_child(group, host.name)
        variables = {
            **inert(host.variables),
            "ansible_connection": template("local"),
            "ansible_python_interpreter": template("{{ ansible_playbook_python }}"),
        }
        for name, value in variables.items():
            self.inventory.set_variable(host.name, name, value)
        self._construct(host.name, variables)

    def _construct(self, name: str, variables: Record) -> None:
        strict, compose = self.get_option("strict"), self.get_option("compose") or {}
        self._set_composite_vars(compose, variables, name, strict=strict)
        composed = self.inventory.get_host(name).vars
        for variable in compose.keys() & composed.keys():
            self.inventory.set_variable(name, variable, plain(composed[variable]))
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
