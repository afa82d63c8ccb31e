# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of modules without code matches the options of their action plugins."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.doc_fragments import app_connection, controller
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import GROUP_OPTIONS
from ansible_collections.nodana.cloud.tests.support.modules import CONTROLLER_NAMES, MODULES

ACTIONS = "ansible_collections.nodana.cloud.plugins.action"
FRAGMENTS = {
    "nodana.cloud.controller": controller.ModuleDocFragment.DOCUMENTATION,
    "nodana.cloud.app_connection": app_connection.ModuleDocFragment.DOCUMENTATION,
    "nodana.cloud.app_connection.one_app": app_connection.ModuleDocFragment.ONE_APP,
}


@pytest.mark.parametrize("name", CONTROLLER_NAMES)
def test_options_are_documented_as_they_are(name: str) -> None:
    documentation = yaml.safe_load(importlib.import_module(f"{MODULES}.{name}").DOCUMENTATION)
    documented: dict[str, Any] = {}
    for fragment in FRAGMENTS.keys() & set(documentation["extends_documentation_fragment"]):
        documented.update(yaml.safe_load(FRAGMENTS[fragment])["options"])
    documented.update(documentation.get("options", {}))
    options = importlib.import_module(f"{ACTIONS}.{name}").OPTIONS
    assert set(documented) == {*options, *GROUP_OPTIONS}
    for option, facts in documented.items():
        accepted = {**GROUP_OPTIONS, **options}[option]
        ignored = option == "api_key" or "Ignored" in str(facts)
        for fact in ("type",) if ignored else ("type", "default", "choices", "elements", "required"):
            assert facts.get(fact) == accepted.get(fact), f"{option}: {fact}"
