# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_setup: an app that is down delays no other, and the failures of all apps are collected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.action.nodana_setup import ActionModule
from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import App
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.actions import Own
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

Record = dict[str, Any]
LNBITS = "lnbits-phoenixd"
HUB = "alby-hub-phoenixd"
DEPLOYMENTS = [{"preset": "phoenixd"}, {"preset": "lnbits_phoenixd"}, {"preset": "alby_hub_phoenixd"}]


class Setup(Own):
    """Runs nodana_setup. ``reads`` are the modules that it ran, and ``lines`` its progress."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        super().__init__(ActionModule, folder, simulator)
        self.reads: list[str] = []
        self.lines: list[str] = []
        self.fails = ""

    def prepare(self, *arguments: Any, **more: Any) -> Any:
        plugin = super().prepare(*arguments, **more)
        plugin._execute_module = self._read
        plugin._display = self
        return plugin

    def warning(self, line: str) -> None:
        """Keep a warning."""
        self.lines.append(line)

    def display(self, line: str) -> None:
        """Keep a line that would be shown."""
        self.lines.append(line)

    def _read(self, module: str, arguments: Record, **_more: Any) -> Record:
        self.reads.append(module.rpartition(".")[2])
        if self.fails:
            return {"failed": True, "msg": self.fails}
        asking = Asking(self.simulator.port, self.simulator.key)
        return {"apps": [records.app(app) for app in asking.data("GET", f"/projects/{arguments['project']}/apps")]}

    def set_up(self, *apps: Record, **arguments: Any) -> Record:
        """Run the task for these apps, which may fail, and return the result of the task, which may not."""
        given = {"deployments": DEPLOYMENTS, **arguments}
        check_mode = given.pop("check_mode", False)
        result = self.run(None, apps=list(apps), check_mode=check_mode, **given)
        assert not result.get("failed"), result.get("msg")
        return result

    def create_beside(self, other: Record, template: str) -> Record:
        """Create an app in the project of another one."""
        api = Asking(self.simulator.port, self.simulator.key)
        created = api.data("POST", "/apps", {"template": template, "project_id": other["project_id"]})
        return records.app(api.data("GET", f"/apps/{created['id']}"))


@pytest.fixture
def own(tmp_path: Path, simulator: Simulator) -> Setup:
    simulator.settings(serve_apps=True, transition_delay=0)
    return Setup(tmp_path, simulator)


def by_id(result: Record, app: Record) -> Record:
    (report,) = [report for report in result["apps"] if report["id"] == app["id"]]
    return report


def let_wait(patch: pytest.MonkeyPatch, own: Setup, waiting: list[Record], other: Record, call: str) -> None:
    """Let requests to some apps wait until another app has received a request. They would use up the time at once."""
    ask = App.request

    def request(self: App, *arguments: Any, **more: Any) -> Any:
        while self.id in [app["id"] for app in waiting] and call not in own.asked(other):
            pass
        return ask(self, *arguments, **more)

    patch.setattr(App, "request", request)


def test_an_app_that_is_down_keeps_no_other_from_being_claimed_and_verified(
    own: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, lnbits, hub = own.create("phoenixd"), own.create(LNBITS), own.create(HUB)
    for app in (node, lnbits):
        own.simulator.change_program(app["id"], kill=True)
    let_wait(monkeypatch, own, [node, lnbits], hub, "POST /api/unlock 200")
    result = own.set_up(node, lnbits, hub, timeout=60)
    assert result["changed"]
    assert [report["verified"] for report in result["apps"]] == [False, False, True]
    assert by_id(result, hub)["done"] == ["store credentials", "claim"]
    assert own.clock.slept >= 60
    first, second, unclaimed = result["failures"]
    assert first.startswith(
        f"Deployment 1 (phoenixd): phoenixd {node['id']} at {node['url']} is not healthy after 60 s: "
    )
    start = f"Deployment 2 (lnbits_phoenixd): Timed out after 60 s while claiming {LNBITS} {lnbits['id']} at "
    assert second.startswith(start)
    assert "; the last response: GET /api/v1/health: " in second
    assert unclaimed.startswith(f"NOT KNOWN TO BE CLAIMED: {LNBITS} {lnbits['id']} AT {lnbits['url']}. AN ".upper())
    assert hub["id"].upper() not in unclaimed
    assert "Run the playbook again" in unclaimed


def test_an_app_is_claimed_while_another_one_does_not_answer_at_all(
    own: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, lnbits = own.create("phoenixd"), own.create(LNBITS)
    let_wait(monkeypatch, own, [node], lnbits, "PUT /api/v1/auth/first_install 200")
    result = own.set_up(node, lnbits)
    assert result["failures"] == []
    assert all(report["verified"] for report in result["apps"])


def test_again_nothing_changes_and_the_api_is_not_read(own: Setup) -> None:
    apps = [own.create("phoenixd"), own.create(LNBITS), own.create(HUB)]
    own.set_up(*apps)
    result = own.set_up(*apps)
    assert (result["changed"], result["failures"]) == (False, [])
    assert [report["claimed"] for report in result["apps"]] == [False, True, True]
    assert own.reads == []
    assert own.clock.slept < 15


def test_one_read_of_the_api_shows_that_new_apps_are_ready(own: Setup) -> None:
    first = own.create("phoenixd")
    apps = [{**app, "status": "starting"} for app in (first, own.create_beside(first, LNBITS))]
    result = own.set_up(*apps)
    assert result["failures"] == []
    assert [report["status"] for report in result["apps"]] == ["available", "available"]
    assert own.reads == ["nodana_app_info"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("starting", "responds, but after 100 s, its status at Nodana is starting"),
        ("cordoned", "remains cordoned. Most likely the account is out of credit"),
    ],
)
def test_an_app_that_nodana_keeps_in_a_status_fails_after_the_others_are_claimed(
    own: Setup, status: str, words: str
) -> None:
    node = own.create("phoenixd")
    lnbits = own.create_beside(node, LNBITS)
    own.simulator.force_status(node["id"], status)
    result = own.set_up({**node, "status": status}, lnbits, timeout=100)
    (failure,) = result["failures"]
    assert words in failure
    assert by_id(result, lnbits)["verified"]
    assert by_id(result, node)["status"] == status
    assert len(own.reads) <= 10


def test_a_status_that_cannot_be_read_is_a_failure_that_says_why(own: Setup) -> None:
    own.fails = "GET https://api.nodana.io/v1/projects: timed out."
    node = {**own.create("phoenixd"), "status": "starting"}
    (failure,) = own.set_up(node, timeout=10)["failures"]
    assert (
        "its status at Nodana is starting, as far as known: GET https://api.nodana.io/v1/projects: timed out" in failure
    )


def test_progress_names_what_is_missing(own: Setup) -> None:
    node = own.create("phoenixd")
    lnbits = own.create_beside(node, LNBITS)
    own.simulator.force_status(node["id"], "starting")
    own.set_up({**node, "status": "starting"}, lnbits, timeout=300)
    words = rf"\[localhost\] [01] of 2 apps ready after \d+ s; waiting for {node['id']} \(starting\)"
    assert own.lines
    assert all(re.match(words, line) for line in own.lines)
    assert own.lines[-1].startswith("[localhost] 1 of 2 ")
    assert len(own.lines) <= 300 / 5 + 1


def test_a_short_run_shows_no_progress(own: Setup) -> None:
    own.set_up(own.create("phoenixd"), own.create(LNBITS))
    assert own.lines == []


def test_check_mode_reads_only_and_does_not_fail_because_of_what_a_real_run_claims(own: Setup) -> None:
    lnbits = own.create(LNBITS)
    result = own.set_up(lnbits, check_mode=True)
    assert (result["changed"], result["failures"]) == (True, [])
    assert by_id(result, lnbits)["done"] == ["store credentials", "claim"]
    assert not by_id(result, lnbits)["verified"]
    assert own.asked(lnbits) == ["GET /api/v1/health 307"]


def test_credentials_only_stores_them_for_new_apps_without_a_request(own: Setup) -> None:
    new, old = own.create(LNBITS), own.create(LNBITS, store=False)
    result = own.set_up(new, old, credentials_only=True)
    assert [bool(report["credentials_file"]) for report in result["apps"]] == [True, False]
    assert own.asked(new) == own.asked(old) == []
    stored = own.claims.of_app(new["id"])
    result = own.set_up(new, external_store=True)
    assert result["failures"] == []
    assert own.claims.of_app(new["id"]) == stored


def test_apps_that_are_not_to_run_are_left_alone(own: Setup) -> None:
    stopped, skipped, present = own.create("phoenixd"), own.create(LNBITS), own.create(HUB)
    deployments = [
        {"preset": "phoenixd", "state": "stopped"},
        {"preset": "lnbits_phoenixd"},
        {"preset": "alby_hub_phoenixd", "state": "present"},
    ]
    apps = [stopped, skipped, {**present, "running": False}]
    result = own.set_up(*apps, deployments=deployments, skip=[skipped["id"]])
    assert (result["changed"], result["failures"]) == (False, [])
    assert [own.asked(app) for app in apps] == [[], [], []]


def test_a_secrets_file_that_cannot_be_read_fails_only_its_app(own: Setup) -> None:
    node, lnbits = own.create("phoenixd"), own.create(LNBITS)
    Path(own.secrets.file_of(LNBITS, lnbits["id"])).write_text("not a secrets file", encoding="utf-8")
    result = own.set_up(node, lnbits)
    failure, unclaimed = result["failures"]
    assert failure.startswith("Deployment 2 (lnbits_phoenixd): ")
    assert lnbits["id"].upper() in unclaimed
    assert by_id(result, node)["verified"]


@pytest.mark.parametrize("status", [403, 422])
def test_a_free_app_that_refuses_its_claim_for_good_is_listed_as_unclaimed(own: Setup, status: int) -> None:
    lnbits = own.create(LNBITS)
    own.simulator.change_program(lnbits["id"], replies={"PUT /api/v1/auth/first_install": [status, "no"]})
    first, unclaimed = own.set_up(lnbits, timeout=60)["failures"]
    assert "refuses a request for its claim" in first
    assert lnbits["id"].upper() in unclaimed


def test_an_app_that_refuses_logins_after_our_claim_gets_the_same_note_in_the_next_run(own: Setup) -> None:
    lnbits = own.create(LNBITS)
    own.simulator.change_program(lnbits["id"], replies={"POST /api/v1/auth": [403, "no"]})
    results = [own.set_up(lnbits) for _run in range(2)]
    assert [result["failures"] for result in results] == [[], []]
    assert [by_id(result, lnbits)["done"] for result in results] == [["store credentials", "claim"], []]
    assert [by_id(result, lnbits)["claimed"] for result in results] == [False, False]


def test_an_app_that_refuses_all_logins_is_not_claimed_and_not_listed_as_unclaimed(own: Setup) -> None:
    lnbits = own.create(LNBITS)
    ask = App(lnbits["id"], LNBITS, lnbits["url"]).request
    body = {"username": "stranger", "password": "another secret", "password_repeat": "another secret"}
    assert ask("PUT /api/v1/auth/first_install", body).status == 200
    own.simulator.change_program(lnbits["id"], replies={"POST /api/v1/auth": [403, "no"]})
    known = {"lnbits_username": "admin", "lnbits_password": "a long password"}
    result = own.set_up(lnbits, known_secrets={lnbits["id"]: known})
    (failure,) = result["failures"]
    assert "cannot be verified: it does not accept logins with a password" in failure
    assert (by_id(result, lnbits)["claimed"], by_id(result, lnbits)["verified"]) == (False, False)
