# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_app."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.plugin_utils._action.store_secrets import Storing


class ActionModule(Storing):
    """Runs nodana_app and stores the secrets of new apps on the controller."""

    module = "nodana.cloud.nodana_app"
