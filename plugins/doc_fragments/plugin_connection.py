# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options of plugins: the options of modules, but read on the controller."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key, made in the account section of Nodana's website. It may do everything in the account.
    type: str
    env:
      - name: NODANA_API_KEY
  api_url:
    description:
      - The base URL of the API. Plain http is accepted for addresses of the same machine only.
      - Upper case, the default port, a dot after the host's name and slashes at the end make no difference. All ways to
        write one URL share one request limit and one state on this machine.
      - An empty value is an error, also one from the environment. Only a value that is not set stands for the default.
      - E(NODANA_API_URL) is used where both environment variables are set.
    type: str
    default: https://api.nodana.io/v1
    env:
      - name: NODANA_API_BASE_URL
      - name: NODANA_API_URL
  validate_certs:
    description:
      - Whether the API's certificate is checked. Turn it off for tests only.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of certificates of authorities to trust, instead of those that Python's C(requests) trusts.
    type: path
  request_timeout:
    description:
      - Seconds after which a single request is given up, from 0.1 to 3600.
      - They bound the whole request, from the lookup of the host's name to the end of the response, however slowly that
        arrives. A response of more than 16 MiB is refused.
    type: float
    default: 30.0
  retry_timeout:
    description:
      - Seconds that all tries of one call may take together, at most 86400. Waiting until other processes have had
        their turn is not counted.
      - Only what is harmless to repeat is tried again, such as reading. A creation never is, unless it provably did not
        happen.
    type: float
    default: 120.0
  request_interval:
    description:
      - Seconds between two requests of an API key. All tasks, forks and runs of a user on a machine share this pace.
      - The API takes one request a second and bans keys that push. Lower it only for an account with another limit.
      - At most 60, and 0.1 or more unless the API is on this machine.
    type: float
    default: 1.0
requirements:
  - requests
notes:
  - Runs of a user pace themselves through a file in the folder E(NODANA_STATE_DIR), by default C(~/.ansible/nodana).
    Other machines that use the same key cannot be seen. When the API answers that its limit was passed, all runs
    pause, send less often for some minutes, and one of them warns.
  - A request waits for its turn as long as the queue of all requests with its key moves. When that has not moved for 60
    seconds longer than the current request may take, for example because a process was stopped with Ctrl-Z, the tasks
    that wait fail and name that process. None of their requests is sent.
"""
