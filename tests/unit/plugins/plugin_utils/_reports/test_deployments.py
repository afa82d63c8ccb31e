# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: which apps they mean, and all that can be wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.filter.node_deployments import node_deployments
from ansible_collections.nodana.cloud.plugins.filter.node_results import node_results
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import find_problems

GOOD: list[dict[str, Any]] = [
    {"preset": "phoenixd", "auto_liquidity": "2m", "webhook": "https://shop.example/paid"},
    {"preset": "lnbits_phoenixd", "state": "stopped", "username": "boss"},
    {"preset": "nutshell", "mint_name": "Shop mint", "count": 2, "claim": False},
    {"template": "boltzd", "params": {"anything": "goes"}, "verify": False},
]


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
    assert found["switches"]["lnbits-phoenixd"]["username"] == "boss"
    assert [found["switches"][name]["claim"] for name in ("phoenixd", "nutshell")] == [True, False]
    assert not found["switches"]["boltzd"]["verify"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({}, "(of nothing) needs either a preset or a template"),
        ({"preset": "phoenixd", "template": "phoenixd"}, "needs either a preset or a template"),
        ({"preset": "bank"}, "needs a preset out of phoenixd, lnbits_phoenixd"),
        ({"preset": "phoenixd", "params": {"auto_liquidity": "2m"}}, "has a preset, so params must stand beside it"),
        ({"template": "phoenixd", "auto_liquidity": "2m"}, "so auto_liquidity must stand under params"),
        (
            {"preset": "phoenixd", "mint_name": "x"},
            "phoenixd has no parameter mint_name. Its parameters are auto_liquidity",
        ),
        ({"preset": "phoenixd", "auto_liquidity": "3m"}, "auto_liquidity of the template phoenixd must be one of 2m"),
        ({"template": "phoenixd", "params": {"auto_liquidity": 2}}, "must be a string"),
        ({"preset": "phoenixd", "webhook": "shop"}, "must be an http or https URL"),
        ({"preset": "phoenixd", "count": 0}, "needs a count of 1 or more"),
        ({"preset": "phoenixd", "count": "two"}, "needs a count of 1 or more"),
        ({"preset": "phoenixd", "state": "absent"}, "needs a state out of present, started, stopped"),
        ({"preset": "lnbits_phoenixd", "username": "x"}, "needs a username of 2 to 20 characters"),
        ({"preset": "nutshell", "mint_lnd_macaroon": "0201"}, "needs both mint_lnd_rest_url and mint_lnd_macaroon"),
        ({"template": "   "}, "template must contain visible characters"),
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
    assert "phoenixd is deployed twice" in found[-1]
    assert secret not in "".join(found)


def test_nothing_to_deploy_is_a_problem() -> None:
    assert find_problems([]) == ["nodana_node_deployments lists nothing"]


@pytest.mark.parametrize("value", ["phoenixd", {"preset": "phoenixd"}, ["phoenixd"], None])
def test_the_filter_takes_nothing_else(value: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="takes a list of dictionaries"):
        node_deployments(value)


def test_results_put_everything_together_and_leave_secrets_out() -> None:
    apps = [{"id": "app-1", "template": "phoenixd", "url": "u", "status": "available"}, {"id": "app-2"}, {"id": None}]
    stack = {"apps": apps, "secrets_files": {"app-1": "/s/app-1"}, "secrets": {"app-1": {"seed": "abandon"}}}
    checks = [{"health": {"app": "app-1", "version": "0.7.1", "node_id": "02ab", "note": None}}, {"skipped": True}]
    claims = [{"item": {"id": "app-2"}, "credentials_file": "/s/claims/app-2"}, {"item": {"id": "app-1"}}]
    one, two = node_results(stack, checks, claims)
    assert one == {
        "id": "app-1", "project_id": None, "template": "phoenixd", "url": "u", "status": "available", "rate": None,
        "version": "0.7.1", "node_id": "02ab", "note": None, "verified": True, "secrets_file": "/s/app-1",
        "credentials_file": None,
    }  # fmt: skip
    assert (two["verified"], two["credentials_file"], two["version"]) == (False, "/s/claims/app-2", None)
