# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options. Plugins extend ``nodana.cloud.connection.plugins`` as well."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key, created in the account section of Nodana's website. It grants full access to the account.
      - If not set, the environment variable E(NODANA_API_KEY) is used. A module reads it where the module runs, a
        plugin on the controller.
    type: str
  api_url:
    description:
      - The base URL of the API. Plain http is accepted only for addresses of the same machine.
      - Upper case, the default port, a dot after the host name and slashes at the end make no difference. All spellings
        of a URL share one rate limit and one state on this machine.
      - If not set, the environment variable E(NODANA_API_URL) is used, and if that is not set either,
        E(NODANA_API_BASE_URL).
      - An empty value is an error, also in an environment variable. The default applies only if no value is set.
    type: str
    default: https://api.nodana.io/v1
  validate_certs:
    description:
      - Whether to verify the API's TLS certificate. Disable this only for tests.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of CA certificates to trust instead of those that Python's C(requests) trusts.
    type: path
  request_timeout:
    description:
      - Seconds after which a single request times out, from 0.1 to 3600.
      - This includes everything from the lookup of the host name to the end of the response, even if the response
        arrives slowly. A response of more than 16 MiB is refused.
    type: float
    default: 30.0
  retry_timeout:
    description:
      - Seconds that all attempts of one call may take together, at most 86400. The time that a call waits for requests
        of other processes does not count.
      - Only idempotent calls are retried, such as those that read. A creation is retried only if the first request
        provably created nothing.
    type: float
    default: 120.0
  request_interval:
    description:
      - Seconds between two requests with an API key. All tasks, forks and runs of a user on a machine share this rate
        limit. Containers and other machines share it if they share the folder E(NODANA_STATE_DIR).
      - The API accepts one request a second and bans keys that exceed this. Use a lower value only for an account with
        another limit.
      - At most 60, and at least 0.1 unless the API is on this machine.
    type: float
    default: 1.0
  nodes_api_key:
    description:
      - Ignored, because it is only for nodes. It is accepted so that the defaults of the action group
        C(nodana.cloud.all) can contain it.
    type: str
requirements:
  - requests
notes:
  - All processes of a user share the rate limit through a file in the folder E(NODANA_STATE_DIR), by default
    C(~/.ansible/nodana). Processes in other containers or on other machines are only seen if they share this folder. A
    network file system needs working file locks. Without a shared folder, run one job at a time. When the API reports
    that the rate limit was exceeded, all processes pause, and then send less often for some minutes. One of them warns.
  - Requests with the same key wait in one queue. A task fails if the queue does not move for 60 seconds longer than the
    current request may take, for example because a process was stopped with Ctrl-Z. The message names that process, and
    the request of the task was not sent.
"""

    PLUGINS = r"""
options:
  api_key:
    env:
      - name: NODANA_API_KEY
  api_url:
    env:
      - name: NODANA_API_BASE_URL
      - name: NODANA_API_URL
"""
