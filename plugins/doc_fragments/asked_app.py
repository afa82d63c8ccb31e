# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of modules that send requests to one app: the app, its secrets, and the timeouts."""

    DOCUMENTATION = r"""
options:
  app:
    description:
      - The app, as M(nodana.cloud.nodana_stack) and M(nodana.cloud.nodana_app) return it. O(app.id), O(app.template)
        and O(app.url) are required. Other fields of the record are ignored.
      - Plain http is accepted only for addresses of the same machine.
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
        description: The URL of the app.
        type: str
        required: true
      project_id:
        description: The id of the app's project.
        type: str
  secrets_dir:
    description:
      - The folder on the controller with the secrets of the app, as M(nodana.cloud.nodana_stack) stored them. A
        relative path is relative to the playbook.
    type: path
  secrets:
    description:
      - Secrets of the app that are kept elsewhere, under the same names as in the files. They take precedence over
        those in O(secrets_dir).
    type: dict
    default: {}
  timeout:
    description:
      - Seconds after which the module stops trying and fails.
    type: float
    default: 120.0
  request_timeout:
    description:
      - Seconds after which a single request to the app times out.
    type: float
    default: 10.0
  validate_certs:
    description:
      - Whether to verify the app's TLS certificate. Disable this only for tests.
    type: bool
    default: true
"""
