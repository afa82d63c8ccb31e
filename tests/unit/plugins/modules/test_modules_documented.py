# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation says what the modules take and give, and says it alike for a module and its _info."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.doc_fragments import connection, nodes_connection, secrets
from ansible_collections.nodana.cloud.plugins.module_utils import _module
from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import (
    CONTROLLER_NAMES,
    MODULES,
    NAMES,
    ROOT,
    run_module,
)

THINGS = {"project": records.project, "app": records.app, "service": records.service, "node": records.node}
EXTRA = {"projects": {"apps"}, "apps": {"services"}, "service": {"previous_version"}, "nodes": {"version"}}


def documented(name: str, block: str) -> dict[str, Any]:
    text = getattr(importlib.import_module(f"{MODULES}.{name}"), block)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def specification(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The argument spec that a module hands to Ansible."""
    seen: dict[str, Any] = {}

    class Stop(Exception):
        pass

    def module(spec: dict[str, Any], **_constraints: Any) -> None:
        seen.update(spec)
        raise Stop

    monkeypatch.setattr(_module, "_Module", module)
    with pytest.raises(Stop):
        importlib.import_module(f"{MODULES}.{name}").main()
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_options_are_documented_as_they_are(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    documentation = documented(name, "DOCUMENTATION")
    options = dict(documentation.get("options") or {})
    for fragment in (connection, nodes_connection, secrets):
        if f"nodana.cloud.{fragment.__name__.rpartition('.')[2]}" in documentation["extends_documentation_fragment"]:
            options.update(yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"])
    spec = specification(name, monkeypatch)
    assert set(options) == set(spec)
    for option, facts in spec.items():
        for fact in ("type", "default", "choices", "elements"):
            assert options[option].get(fact) == facts.get(fact), f"{option}: {fact}"


@pytest.mark.parametrize("thing", THINGS)
def test_a_module_and_its_info_return_the_same_records(thing: str) -> None:
    one = documented(f"nodana_{thing}", "RETURN")[thing]["contains"]
    many = documented(f"nodana_{thing}_info", "RETURN")[f"{thing}s"]["contains"]
    fields = set(THINGS[thing]({}))
    assert set(one) - EXTRA.get(thing, set()) == set(many) - EXTRA.get(f"{thing}s", set()) == fields
    for field in fields:
        assert one[field]["type"] == many[field]["type"]


@pytest.mark.parametrize("name", NAMES)
def test_every_module_returns_what_it_documents(simulator: Simulator, name: str) -> None:
    connection: dict[str, Any] = {"api_url": simulator.url, "api_key": simulator.key, "request_interval": 0}
    simulator.settings(generation=["seed", "nodes"])
    app = run_module("nodana_app", **connection, template="phoenixd", return_secrets=True)["app"]
    node = run_module("nodana_node", **connection, name="shop", return_secrets=True)["node"]
    simulator.release("phoenixd", "9.0.0")
    options: dict[str, Any] = {
        "nodana_app": {"id": app["id"], "state": "latest"},
        "nodana_project": {"id": app["project_id"]},
        "nodana_project_info": {"gather_apps": True},
        "nodana_app_info": {"gather_services": True},
        "nodana_node": {"id": node["id"], "state": "latest"},
        "nodana_node_info": {"gather_versions": True},
        "nodana_stack": {"project": app["project_id"], "apps": [{"template": "phoenixd"}]},
    }.get(name, {"app": app["id"]})
    result = run_module(name, **connection, **options)
    returned = documented(name, "RETURN")
    assert set(result) <= {*returned, "changed", "invocation", "warnings"}
    for key, facts in returned.items():
        if key in result and facts.get("contains"):
            records = result[key] if facts["type"] == "list" else [result[key]]
            assert [set(record) for record in records] == [set(facts["contains"])]


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["action_groups"]["all"] == sorted([*NAMES, *CONTROLLER_NAMES])
    assert all(name.startswith("nodana_") for name in runtime["action_groups"]["all"])
