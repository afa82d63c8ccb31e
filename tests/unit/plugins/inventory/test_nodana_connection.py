# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.nodana.cloud.plugins.module_utils._argspec import (
    CONNECTION_OPTIONS,
    NODES_CONNECTION_OPTIONS,
)


def test_the_plugin_documents_the_connection_options_and_environment_variables_of_modules(ansible):
    shown = ansible.run("doc", "-t", "inventory", "--json", "nodana.cloud.nodana")
    options = json.loads(shown.stdout)["nodana.cloud.nodana"]["doc"]["options"]
    of_nodes = {"nodes_api_key": NODES_CONNECTION_OPTIONS["nodes_api_key"]}
    for name, spec in {**CONNECTION_OPTIONS, **of_nodes}.items():
        assert options[name]["description"]
        assert options[name]["type"] == spec["type"]
        assert options[name].get("default") == spec.get("default")
        # Of several variables that are set, a plugin takes the last one, a module the first.
        variables = [variable["name"] for variable in reversed(options[name].get("env", []))]
        assert variables == spec.get("fallback", (None, []))[1]
