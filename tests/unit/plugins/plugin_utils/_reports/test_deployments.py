# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: which apps they mean, and all that can be wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.filter.node_deployments import node_deployments
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
        ({}, "(without a preset) must have either a preset or a template"),
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
    assert "The template phoenixd is in several deployments" in found[-1]
    assert secret not in "".join(found)


def test_nothing_to_deploy_is_a_problem() -> None:
    assert find_problems([]) == ["nodana_node_deployments is empty"]


@pytest.mark.parametrize("value", ["phoenixd", {"preset": "phoenixd"}, ["phoenixd"], None])
def test_the_filter_takes_nothing_else(value: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="must be a list of dictionaries"):
        node_deployments(value)
