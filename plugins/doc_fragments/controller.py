# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of modules that run only on the controller and send no request to the API."""

    DOCUMENTATION = r"""
attributes:
  async:
    support: none
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  api_key:
    description:
      - This and the other connection options of the API are accepted so that the defaults of the action group
        C(nodana.cloud.all) can be used. The module ignores them and sends no request to the API.
    type: str
  api_url:
    description: Ignored, see O(api_key).
    type: str
  ca_path:
    description: Ignored, see O(api_key).
    type: path
  retry_timeout:
    description: Ignored, see O(api_key).
    type: float
  request_interval:
    description: Ignored, see O(api_key).
    type: float
  nodes_api_key:
    description: Ignored, see O(api_key).
    type: str
notes:
  - The module runs on the controller, whatever the host of the task is.
"""

    # What modules have in common that send requests to apps.
    APPS = r"""
attributes:
  check_mode:
    details:
      - In check mode, it sends the requests that only read.
requirements:
  - requests, on the controller
notes:
  - The result contains no secret.
"""
