# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options for nodes, in addition to those of ``nodana.cloud.connection``.

    Modules for nodes extend ``nodana.cloud.nodes_connection``, plugins ``nodana.cloud.nodes_connection.plugins``, both
    before ``nodana.cloud.connection``: of two descriptions of an option, the first one counts.
    """

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The base URL of the API. Plain http is accepted for addresses of the same machine only.
      - If not set, the module reads the environment variables E(NODANA_API_ORIGIN), E(NODANA_API_URL) and
        E(NODANA_API_BASE_URL) where it runs, and uses the first that is set. E(NODANA_API_ORIGIN) is an origin such as
        V(https://api.nodana.io), to which the module adds C(/v1). It must not contain a path, a query, a user name or a
        password.
    type: str
    default: https://api.nodana.io/v1
  nodes_api_key:
    description:
      - An API key for nodes, for accounts whose O(api_key) is not accepted for nodes. Nodana's website shows the keys
        and their scopes under B(Developers -> API Keys).
      - The other modules of the action group C(nodana.cloud.all) accept and ignore it, so the defaults of the group can
        contain it.
      - If not set, the module reads the environment variable E(NODANA_NODES_API_KEY) where it runs. If neither is set,
        the module uses O(api_key).
      - A key is only ever sent as a Bearer token. The rate limit of requests is kept for each key separately.
    type: str
notes:
  - Not every API has nodes. If the API at O(api_url) does not have them, the module fails with
    C(This API has no nodes). Use M(nodana.cloud.nodana_app) there.
"""

    PLUGINS = r"""
options:
  nodes_api_key:
    description:
      - An API key for nodes, for accounts whose O(api_key) is not accepted for nodes. Nodana's website shows the keys
        and their scopes under B(Developers -> API Keys).
      - If not set, the environment variable E(NODANA_NODES_API_KEY) of the controller is used, and if that is not set
        either, O(api_key).
      - A key is only ever sent as a Bearer token. The rate limit of requests is kept for each key separately.
    type: str
    env:
      - name: NODANA_NODES_API_KEY
"""
