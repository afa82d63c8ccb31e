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
      - The app, as M(nodana.cloud.nodana_stack) and M(nodana.cloud.nodana_app) return it. It needs O(app.id),
        O(app.template) and O(app.url); what else there is in a record is ignored.
      - A plain http URL is accepted for addresses of the same machine only.
    type: dict
    required: true
    suboptions:
      id:
        description: Its id.
        type: str
        required: true
      template:
        description: The template it was made of.
        type: str
        required: true
      url:
        description: Its URL.
        type: str
        required: true
      project_id:
        description: The id of its project.
        type: str
  secrets_dir:
    description:
      - The folder on the controller where the app's secrets are, as M(nodana.cloud.nodana_stack) stored them. Relative
        paths are relative to the playbook.
    type: path
  secrets:
    description:
      - Secrets of the app that are kept elsewhere, under the names that the files would have. They come before those in
        O(secrets_dir).
    type: dict
    default: {}
  timeout:
    description:
      - Seconds after which to give up.
    type: float
    default: 120.0
  request_timeout:
    description:
      - Seconds after which a single request to the app is given up.
    type: float
    default: 10.0
  validate_certs:
    description:
      - Whether the app's certificate is checked. Turn it off for tests only.
    type: bool
    default: true
"""
