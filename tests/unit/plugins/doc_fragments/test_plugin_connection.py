# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import yaml
from ansible_collections.nodana.cloud.plugins.doc_fragments import connection, plugin_connection
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import CONNECTION_OPTIONS

OF_MODULES = yaml.safe_load(connection.ModuleDocFragment.DOCUMENTATION)
OF_PLUGINS = yaml.safe_load(plugin_connection.ModuleDocFragment.DOCUMENTATION)


def told(option):
    """Return the documentation of an option without its environment variables.

    Modules name them in the description; plugins declare them in ``env``.
    """
    return {
        **{key: value for key, value in option.items() if key != "env"},
        "description": [text for text in option["description"] if "E(NODANA_" not in text],
    }


def test_plugins_have_the_connection_options_of_modules():
    assert {name: told(option) for name, option in OF_PLUGINS["options"].items()} == {
        name: told(option) for name, option in OF_MODULES["options"].items()
    }
    assert OF_PLUGINS["requirements"] == OF_MODULES["requirements"]


def test_plugins_read_the_environment_variables_of_modules():
    # Of several variables that are set, a plugin takes the last one, a module the first.
    of_plugins = {
        name: [variable["name"] for variable in reversed(option.get("env", []))]
        for name, option in OF_PLUGINS["options"].items()
    }
    assert of_plugins == {name: option.get("fallback", (None, []))[1] for name, option in CONNECTION_OPTIONS.items()}
