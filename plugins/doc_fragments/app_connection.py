# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of modules that send requests to apps."""

    DOCUMENTATION = r"""
options:
  secrets_dir:
    description:
      - The folder on the controller that contains the secrets files, as M(nodana.cloud.nodana_stack) stored them. A
        relative path is relative to the playbook.
    type: path
  request_timeout:
    description:
      - The timeout of a single request to an app, in seconds, from 0.1 to 3600. A default of the action group
        C(nodana.cloud.all) sets it, too.
    type: float
    default: 10.0
  validate_certs:
    description:
      - Whether to validate the certificates of apps. Set it to V(false) only for tests. A default of the action group
        C(nodana.cloud.all) sets it, too.
    type: bool
    default: true
"""

    # The options of modules that send requests to one app.
    ONE_APP = r"""
options:
  app:
    description:
      - The app, as M(nodana.cloud.nodana_stack) and M(nodana.cloud.nodana_app) return it. Fields that are not listed
        here are ignored.
    type: dict
    required: true
    suboptions:
      id:
        description: The id of the app.
        type: str
        required: true
      template:
        description: The template of the app.
        type: str
        required: true
      url:
        description:
          - The URL of the app. Plain HTTP is accepted only for addresses of the same machine.
        type: str
        required: true
      project_id:
        description: The id of the app's project.
        type: str
  secrets:
    description:
      - Secrets of the app that are stored elsewhere, under the names that they have in a secrets file. They take
        precedence over those in O(secrets_dir).
    type: dict
    default: {}
  timeout:
    description:
      - How long to wait for the app, in seconds.
    type: float
    default: 120.0
"""
