# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_node."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.plugin_utils._action.store_secrets import Storing


class ActionModule(Storing):
    """Runs nodana_node and stores the secrets of a new node on the controller."""

    module = "nodana.cloud.nodana_node"
