# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing apps: all, or those that match."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine


@pytest.fixture
def apps(simulator: Simulator, api: Api) -> dict[str, str]:
    """Apps in two projects, by what a test calls them; the mint is cordoned."""
    shop, other = api.create_project("shop")["id"], api.create_project("other")["id"]
    made = {
        "node": api.create_app("phoenixd", {}, shop)["id"],
        "mint": api.create_app("nutshell", {"mint_lnd_macaroon": "0201036c6e64"}, shop)["id"],
        "second node": api.create_app("phoenixd", {}, other)["id"],
    }
    simulator.force_status(made["mint"], "cordoned")
    return made


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["node", "mint", "second node"]),
        ({"project": "shop"}, ["node", "mint"]),
        ({"template": "phoenixd"}, ["node", "second node"]),
        ({"project": "other", "template": "nutshell"}, []),
        ({"status": "cordoned"}, ["mint"]),
        ({"status": "none"}, []),
        ({"id": "mint"}, ["mint"]),
        ({"id": "mint", "template": "phoenixd"}, []),
        ({"id": "app-none"}, []),
    ],
)
def test_the_apps_that_match_are_listed(
    apps: dict[str, str], machine: Machine, options: dict[str, Any], found: list[str]
) -> None:
    wanted = {name: apps.get(value, value) for name, value in options.items()}
    listed = machine.info(**wanted).ok().values["apps"]
    assert [app["id"] for app in listed] == [apps[name] for name in found]


def test_services_come_along_if_wanted(apps: dict[str, str], machine: Machine) -> None:
    listed = machine.info(gather_services=True).ok().values["apps"]
    assert [[service["service"] for service in app["services"]] for app in listed] == [
        ["phoenixd"],
        ["nutshell"],
        ["phoenixd"],
    ]
    assert {service["app_id"] for app in listed for service in app["services"]} == set(apps.values())


def test_neither_secrets_nor_parameters_are_listed(
    simulator: Simulator, apps: dict[str, str], machine: Machine
) -> None:
    listed = str(machine.info(gather_services=True).ok().values)
    assert apps["mint"] in listed
    assert "0201036c6e64" not in listed
    for app in simulator.account()["apps"]:
        assert not [secret for secret in app["secrets"].values() if secret in listed]


@pytest.mark.usefixtures("apps")
@pytest.mark.parametrize(("project", "requests"), [("shopp", 1), ("prj-none", 2)])
def test_a_project_that_does_not_exist_returns_the_existing_ones_without_another_request(
    simulator: Simulator, machine: Machine, project: str, requests: int
) -> None:
    simulator.clear_log()
    result = machine.info(project=project, gather_services=True).ok()
    assert result.values["apps"] == []
    assert [found["name"] for found in result.values["projects"]] == ["shop", "other"]
    assert len(sent(simulator)) == requests
    assert "projects" not in machine.info(project="shop").ok().values


def test_a_project_that_is_not_there_is_a_warning_and_one_name_of_two_a_failure(machine: Machine, api: Api) -> None:
    result = machine.info(project="none").ok()
    assert result.values["apps"] == []
    assert "The project none does not exist" in result.warnings[0]
    for _turn in range(2):
        api.create_project("twin")
    assert isinstance(machine.info(project="twin").failure, errors.Conflict)


def test_an_api_that_fails_is_never_an_empty_list(simulator: Simulator, machine: Machine) -> None:
    simulator.fault("error_before", times=1000)
    result, failure = machine.info()
    assert isinstance(failure, errors.ServerFault)
    assert "apps" not in result.values
