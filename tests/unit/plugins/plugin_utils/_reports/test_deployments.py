# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: which apps and nodes they deploy, and all that can be wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.filter.node_deployments import node_deployments
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import (
    find_problems,
    needs_project,
    settings_of,
)

GOOD: list[dict[str, Any]] = [
    {"preset": "phoenixd", "auto_liquidity": "2m", "webhook": "https://shop.example/paid"},
    {"preset": "lnbits_phoenixd", "state": "stopped", "username": "boss"},
    {"preset": "nutshell", "mint_name": "Shop mint", "count": 2, "claim": False},
    {"template": "boltzd", "params": {"anything": "goes"}, "verify": False},
]
NODE = {"preset": "phoenixd_node", "name": "shop"}


def test_good_ones_have_no_problem_and_mean_apps() -> None:
    assert find_problems(GOOD) == []
    found = node_deployments(GOOD)
    assert found["apps"] == [
        {
            "template": "phoenixd",
            "params": {"auto_liquidity": "2m", "webhook": "https://shop.example/paid"},
            "count": 1,
            "state": "started",
        },
        {"template": "lnbits-phoenixd", "params": {}, "count": 1, "state": "stopped"},
        {"template": "nutshell", "params": {"mint_name": "Shop mint"}, "count": 2, "state": "started"},
        {"template": "boltzd", "params": {"anything": "goes"}, "count": 1, "state": "started"},
    ]
    assert found["nodes"] == []


def test_the_settings_of_an_app_are_those_of_its_deployment() -> None:
    settings = {
        name: settings_of(GOOD, {"template": name}) for name in ("phoenixd", "lnbits-phoenixd", "nutshell", "boltzd")
    }
    assert settings["lnbits-phoenixd"].username == "boss"
    assert [settings[name].claim for name in ("phoenixd", "nutshell")] == [True, False]
    assert settings["lnbits-phoenixd"].state == "stopped"
    assert not settings["boltzd"].verify
    assert settings["phoenixd"].deployment == "Deployment 1 (phoenixd)"
    off = settings_of([{"preset": "phoenixd", "claim": "no", "verify": "false"}], {"template": "phoenixd"})
    assert (off.claim, off.verify) == (False, False)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_is_the_same_as_an_unset_one(empty: Any) -> None:
    """AWX writes an empty text."""
    keys = ("count", "state", "claim", "verify", "username", "first_install_token", "auto_liquidity", "template")
    given = {"preset": "lnbits_phoenixd", **dict.fromkeys(keys, empty)}
    unset = {"preset": "lnbits_phoenixd"}
    assert find_problems([given]) == []
    assert node_deployments([given]) == node_deployments([unset])
    app = {"template": "lnbits-phoenixd"}
    assert settings_of([given], app) == settings_of([unset], app)
    node = {**NODE, **dict.fromkeys(("count", "state", "access_mode", "webhook"), empty)}
    assert find_problems([node]) == []
    assert node_deployments([node]) == node_deployments([NODE])


def test_an_unknown_key_is_an_error_also_without_a_value() -> None:
    assert "unknown key cont. Did you mean count?" in find_problems([{"preset": "phoenixd", "cont": ""}])[0]


def test_the_settings_of_a_node_are_found_by_its_name() -> None:
    deployments: list[dict[str, Any]] = [{"preset": "phoenixd"}, NODE, {**NODE, "name": "till", "verify": False}]
    node = {"template": "phoenixd", "failure_message": None}
    till, renamed = (settings_of(deployments, {**node, "name": name}) for name in ("till", "shop-2"))
    assert (till.deployment, till.claim, till.verify) == ("Deployment 3 (phoenixd_node)", False, False)
    assert (renamed.deployment, renamed.verify) == ("A renamed node", True)
    assert settings_of(deployments, {"template": "phoenixd"}).deployment == "Deployment 1 (phoenixd)"


def test_nodes_are_apart_from_apps() -> None:
    deployments = [
        {"preset": "phoenixd", "auto_liquidity": "10m", "verify": False},
        {"preset": "phoenixd_node", "name": "shop", "count": 1},
        {"preset": "phoenixd_node", "name": 7, "auto_liquidity": "5m", "access_mode": "full", "state": "stopped"},
    ]
    assert find_problems(deployments) == []
    assert needs_project(deployments)
    assert not needs_project(deployments[1:])
    found = node_deployments(deployments)
    assert [app["template"] for app in found["apps"]] == ["phoenixd"]
    assert found["nodes"] == [
        {"name": "shop", "auto_liquidity": "2m", "access_mode": "limited", "state": "started"},
        {"name": "7", "auto_liquidity": "5m", "access_mode": "full", "state": "stopped"},
    ]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({}, "(without a preset) in nodana_node_deployments must have either a preset or a template"),
        ({"preset": "phoenixd", "template": "phoenixd"}, "must have either a preset or a template"),
        ({"preset": "bank"}, "invalid preset: it must be one of phoenixd, lnbits_phoenixd"),
        (
            {"preset": "phoenixd", "params": {"auto_liquidity": "2m"}},
            "has a preset, so its parameters must be next to it",
        ),
        ({"template": "phoenixd", "auto_liquidity": "2m"}, "so auto_liquidity must be in params"),
        (
            {"preset": "phoenixd", "mint_name": "x"},
            "phoenixd has no parameter mint_name. Its parameters are auto_liquidity",
        ),
        ({"preset": "phoenixd", "auto_liquidity": "3m"}, "auto_liquidity of the template phoenixd must be one of 2m"),
        ({"template": "phoenixd", "params": {"auto_liquidity": 2}}, "must be a string"),
        ({"preset": "phoenixd", "webhook": "shop"}, "must be an http or https URL"),
        ({"preset": "phoenixd", "count": 0}, "invalid count: it must be 1 or more"),
        ({"preset": "phoenixd", "count": "two"}, "invalid count: it must be 1 or more"),
        ({"preset": "phoenixd", "state": "absent"}, "invalid state: it must be one of present, started, stopped"),
        ({"preset": "lnbits_phoenixd", "username": "x"}, "invalid username: it must have 2 to 20 characters"),
        ({"preset": "nutshell", "mint_lnd_macaroon": "0201"}, "must have both mint_lnd_rest_url and mint_lnd_macaroon"),
        (
            {"preset": "phoenixd", "webhok": "x"},
            "in nodana_node_deployments has an unknown key webhok. Did you mean webhook?",
        ),
        ({"preset": "phoenixd", "colour": "red"}, "has an unknown key colour"),
        ({"preset": "phoenixd", "claim": "maybe"}, "has an invalid claim: it must be true or false"),
        ({"template": "phoenixd", "params": "x"}, "has invalid params: they must be a dictionary"),
        ({"template": "   "}, "template must contain visible characters"),
        ({"preset": "phoenixd", "name": "shop"}, "has name, which only the preset phoenixd_node has"),
        ({"template": "vss", "access_mode": "full"}, "has access_mode, which only the preset phoenixd_node has"),
        ({"preset": "phoenixd_node"}, "must have a name, which identifies the node"),
        ({"preset": "phoenixd_node", "name": "shop\n"}, "is not valid: name must contain visible characters"),
        ({"preset": "phoenixd_node", "name": "shop "}, "is not valid: name must not begin or end with a space"),
        ({**NODE, "auto_liquidity": "3m"}, "has an invalid auto_liquidity: it must be one of 2m, 5m, 10m"),
        ({**NODE, "access_mode": "none"}, "has an invalid access_mode: it must be one of limited, full"),
        ({**NODE, "count": 2}, "has an invalid count: a name identifies one node"),
        ({**NODE, "count": 0}, "has an invalid count: a name identifies one node"),
        ({**NODE, "state": "latest"}, "has an invalid state: it must be one of present, started, stopped"),
        ({**NODE, "params": {"auto_liquidity": "2m"}}, "so its parameters must be next to it, not in params"),
        ({**NODE, "mint_name": "x"}, "has mint_name, which nodes do not have"),
        (
            {**NODE, "webhook": "https://shop.example/paid"},
            "has webhook, which nodes do not have. Poll the node for payments, or use the preset phoenixd where",
        ),
    ],
)
def test_each_fault_is_told_with_its_deployment(item: dict[str, Any], words: str) -> None:
    (problem,) = find_problems([{"preset": "cdk_mintd"}, item])
    assert problem.startswith("Deployment 2 (")
    assert words in problem


def test_all_faults_are_told_at_once_and_no_value_is_repeated() -> None:
    secret = "0201036c6e64-a-macaroon"
    found = find_problems(
        [
            {"preset": "phoenixd", "count": 0, "auto_liquidity": secret, "state": "gone"},
            {"preset": "nutshell", "mint_lnd_macaroon": secret},
            {"template": "phoenixd"},
        ]
    )
    assert len(found) == 5
    assert "The template phoenixd is in several deployments" in found[-1]
    assert secret not in "".join(found)


@pytest.mark.parametrize("other", ["shop", "Shop", "sh op"])
def test_a_node_name_that_the_api_may_take_for_the_same_is_refused(other: str) -> None:
    (problem,) = find_problems([NODE, {"preset": "phoenixd"}, {**NODE, "name": other}, {**NODE, "name": "bank"}])
    assert problem.startswith(f"The node name {other} is in several deployments.")


def test_nothing_to_deploy_is_a_problem() -> None:
    assert find_problems([]) == ["nodana_node_deployments is empty"]


def test_problems_name_the_variable_that_the_user_set() -> None:
    assert find_problems("x", "nodana_deployments") == ["nodana_deployments must be a list of deployments"]
    assert find_problems([NODE, "x"], "nodana_deployments") == [
        "Deployment 2 in nodana_deployments must be a dictionary"
    ]
    (problem,) = find_problems([{"preset": "bank"}], "nodana_deployments")
    assert problem.startswith("Deployment 1 (bank) in nodana_deployments has an invalid preset: ")


@pytest.mark.parametrize("value", ["phoenixd", {"preset": "phoenixd"}, ["phoenixd"], None])
def test_the_filter_takes_nothing_else(value: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="must be a list of dictionaries"):
        node_deployments(value)
