# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module, run for real against the simulator: results, check mode, diff, failures."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import request_queue
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.modules import (
    NAMES,
    handed_over,
    handover,
    run_module,
    run_process,
)
from ansible_collections.nodana.cloud.tests.support.servers import answered, free_port, raw_server

KEY = "a-fake-key-0123456789abcdef"
LEAST: dict[str, dict[str, Any]] = {
    "nodana_project": {"name": "shop"},
    "nodana_app": {"template": "phoenixd", "return_secrets": True},
    "nodana_service": {"template": "phoenixd"},
    "nodana_service_info": {"template": "phoenixd"},
    "nodana_stack": {"project": "shop"},
    "nodana_node": {"name": "shop", "return_secrets": True},
}
ALL = ["seed", "nodes"]
"""The generations of the API that have everything that the modules manage."""


@pytest.fixture
def connection(simulator: Simulator) -> dict[str, Any]:
    return {"api_url": simulator.url, "api_key": simulator.key, "request_interval": 0}


@pytest.mark.parametrize("check", [True, False])
def test_a_whole_life_of_an_app(simulator: Simulator, connection: dict[str, Any], check: bool) -> None:
    def run(module: str, /, **options: Any) -> dict[str, Any]:
        if check:
            predicted = run_module(module, check=True, diff=True, **connection, **options)
        before, began = len(writes(simulator)), len(sent(simulator))
        real = run_module(module, diff=True, **connection, **options)
        assert real["changed"] is (len(writes(simulator)) > before)
        if check:
            assert predicted["changed"] is real["changed"]
            assert predicted.pop("minimum_requests", 0) <= len(sent(simulator)) - began
            assert public(predicted) == public(real)
            assert set(predicted.get("diff", {}).get("after", {})) == set(real.get("diff", {}).get("after", {}))
        assert "failed" not in real
        return real

    project = run("nodana_project", name="shop")["project"]
    created = run("nodana_app", project="shop", template="phoenixd", return_secrets=True)
    assert created["app"]["project_id"] == project["id"]
    assert handed_over(created)[created["app"]["id"]] == {
        "seed": (seed := simulator.account()["apps"][0]["secrets"]["seed"]),
        "password": simulator.account()["apps"][0]["secrets"]["password"],
        "restricted_password": simulator.account()["apps"][0]["secrets"]["restrictedPassword"],
    }
    assert created["diff"]["before"] == {}
    assert seed not in str(created)
    assert not run("nodana_app", project="shop", template="phoenixd")["changed"]
    assert run("nodana_app", id=created["app"]["id"], state="stopped")["diff"]["after"]["state"] == "stopped"
    assert run("nodana_project", id=project["id"], name="renamed")["project"]["name"] == "renamed"
    assert run("nodana_app", id=created["app"]["id"], state="absent")["diff"]["after"] == {}
    assert run("nodana_project", name="renamed", state="absent")["changed"]
    assert run("nodana_project", name="renamed", state="absent").get("project") is None


def public(result: dict[str, Any]) -> set[str]:
    """The keys of a result that users see."""
    return {key for key in result if not key.startswith("_ansible_")} - {"nodana_handover"}


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_info")])
def test_info_modules_change_nothing(simulator: Simulator, connection: dict[str, Any], name: str) -> None:
    simulator.settings(generation=ALL)
    for thing in ("nodana_app", "nodana_node"):
        run_module(thing, **connection, **LEAST[thing])
    simulator.clear_log()
    for check in (True, False):
        result = run_module(name, check=check, **connection, **LEAST.get(name, {}))
        records = result[f"{name.split('_')[1]}s"]
        assert len(records) == 1
        assert result["changed"] is False
    assert writes(simulator) == []


def failed(result: dict[str, Any], name: str) -> str:
    """The message of a failure, which is one line for a person."""
    assert result["failed"] is True
    assert result["msg"].isprintable()
    assert result["error"]["name"] == name
    assert set(result["error"]) == {"code", "name", "message"}
    assert "Traceback" not in str(result)
    return result["msg"]


@pytest.mark.parametrize("name", NAMES)
def test_every_module_tells_what_is_wrong_with_the_connection(simulator: Simulator, name: str) -> None:
    simulator.settings(generation=ALL)
    least = {**LEAST.get(name, {}), "retry_timeout": 0, "request_interval": 0}
    is_for_nodes = name.startswith("nodana_node")

    def run(**options: Any) -> dict[str, Any]:
        return run_module(name, **{**least, "api_url": simulator.url, "api_key": KEY, **options})

    assert "The API key is missing" in failed(run(api_key=None), "Invalid")
    assert "unencrypted" in failed(run(api_url="http://api.nodana.io/v1"), "Invalid")
    assert "Connection refused" in failed(run(api_url=f"http://127.0.0.1:{free_port()}/v1"), "Unreachable")
    assert simulator.log()["requests"] == []
    assert "NODANA_API_KEY" in failed(run(), "unauthorized" if is_for_nodes else "UnauthorizedError")
    with raw_server(answered("<html>Welcome</html>")) as server:
        assert "a non-JSON response" in failed(run(api_url=server.url), "Unreadable")
    simulator.fault("limit", times=100)
    named = "too_many_requests" if is_for_nodes else "TooManyRequestsError"
    message = failed(run(api_key=simulator.key, retry_timeout=120), named)
    assert "stopped after 5 attempts" in message


@pytest.mark.parametrize("name", NAMES)
def test_key_and_url_may_come_from_the_environment(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    simulator.settings(generation=ALL)
    monkeypatch.setenv("NODANA_API_KEY", simulator.key)
    monkeypatch.setenv("NODANA_API_BASE_URL", simulator.url)
    options = {**LEAST.get(name, {}), "request_interval": 0, "retry_timeout": 0}
    result = run_module(name, **options)
    assert not result.get("failed") or result["error"]["name"] == "NotFound"
    monkeypatch.setenv("NODANA_API_URL", f"http://127.0.0.1:{free_port()}/v1")
    assert run_module(name, **options)["error"]["name"] == "Unreachable"


@pytest.mark.parametrize("name", NAMES)
def test_every_module_accepts_the_key_for_nodes_and_only_those_for_nodes_use_it(
    simulator: Simulator, name: str
) -> None:
    simulator.settings(generation=ALL, separate_keys=True)
    of_apps, of_nodes = simulator.keys
    options = {"api_url": simulator.url, "api_key": of_apps, "nodes_api_key": of_nodes, "request_interval": 0}
    result = run_module(name, **{**LEAST.get(name, {}), **options, "retry_timeout": 0})
    assert not result.get("failed") or result["error"]["name"] == "NotFound"


def test_the_origin_and_the_key_for_nodes_may_come_from_the_environment(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.settings(generation=ALL, separate_keys=True)
    first, second = simulator.keys
    monkeypatch.setenv("NODANA_API_KEY", first)
    monkeypatch.setenv("NODANA_NODES_API_KEY", f" {second}\n")
    monkeypatch.setenv("NODANA_API_URL", f"http://127.0.0.1:{free_port()}/v1")
    origin = simulator.url[: -len("/v1")]

    def run(**options: Any) -> dict[str, Any]:
        return run_module("nodana_node_info", request_interval=0, retry_timeout=0, **options)

    assert run()["error"]["name"] == "Unreachable"
    for right in (origin, f"{origin}/"):
        monkeypatch.setenv("NODANA_API_ORIGIN", right)
        assert run()["nodes"] == []
    assert run(nodes_api_key=first)["error"]["name"] == "unauthorized"
    assert run(nodes_api_key="", api_key=second)["nodes"] == []
    assert run(api_url=simulator.url)["nodes"] == []
    simulator.clear_log()
    host = origin.partition("//")[2]
    for wrong in (
        f"{origin}/v1",
        f"{origin}/a/",
        f"{origin}?a=b",
        f"http://me:secret-word@{host}",
        "http://api.nodana.io",
    ):
        monkeypatch.setenv("NODANA_API_ORIGIN", wrong)
        message = failed(run(), "Invalid")
        assert message.startswith("NODANA_API_ORIGIN ")
        assert "secret-word" not in message
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", [{"api_url": ""}, {"api_url": " "}, {"api_url": None}, {}])
def test_an_empty_url_never_leads_to_the_real_api(
    monkeypatch: pytest.MonkeyPatch, name: str, given: dict[str, Any]
) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    if not given:
        monkeypatch.setenv("NODANA_API_URL", "")
        monkeypatch.setenv("NODANA_API_BASE_URL", "https://api.nodana.io/v1")
    result = run_module(name, **LEAST.get(name, {}), **given, api_key=KEY, retry_timeout=0)
    assert result["failed"]
    assert result["msg"].startswith("api_url is empty") or "'api_url' is of type <class 'NoneType'>" in result["msg"]


def test_all_ways_to_write_a_url_share_one_state_and_one_receipt_says_it_in_one_way(
    simulator: Simulator, connection: dict[str, Any], state_folder: Path, tmp_path: Path
) -> None:
    other_way = {**connection, "api_url": f" HTTP://127.0.0.1:0{simulator.port}/v1// "}
    result = run_module("nodana_app", **other_way, template="vss", secrets_dir=str(tmp_path))
    (entry,) = handover(result).secrets
    assert entry.api_url == simulator.url
    run_module("nodana_project_info", **connection)
    assert len({path.name.partition(".")[0] for path in state_folder.iterdir()}) == 1


def test_a_creation_that_never_had_its_turn_leaves_no_doubt(
    simulator: Simulator, connection: dict[str, Any], state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = request_queue.enter

    def give_up(file: int, doing: str) -> int:
        if doing == "POST /apps":
            raise request_queue.QueueTimeout("Timed out")
        return enter(file, doing)

    with monkeypatch.context() as patched:
        patched.setattr(request_queue, "enter", give_up)
        result = run_module("nodana_app", **connection, **LEAST["nodana_app"])
        assert "/apps: Timed out. Continue that process" in failed(result, "QueueTimeout")
    assert [path for path in state_folder.glob("*.receipts/*") if path.is_file()] == []
    assert run_module("nodana_app", **connection, **LEAST["nodana_app"])["created"]
    assert writes(simulator).count("POST /apps") == 1


@pytest.mark.parametrize("body", ["", '{"message": "Not found", "error": "NotFoundError", "statusCode": 404}'])
def test_an_address_without_an_api_is_told_as_such(connection: dict[str, Any], body: str) -> None:
    with raw_server(answered(body, "404 Not Found")) as server:
        result = run_module(
            "nodana_project", **{**connection, "api_url": server.url[:-3]}, name="shop", retry_timeout=0
        )
    failed(result, "MissingRoute")
    assert result["error"]["code"] == 404
    assert result["msg"].startswith(f"GET {server.url[:-3]}/projects: ")
    assert result["msg"].endswith("If the account has projects, check api_url: it must end in /v1.")


@pytest.mark.parametrize("name", NAMES)
def test_without_requests_every_module_says_what_to_install(name: str) -> None:
    result, errors = run_process(name, "requests", **LEAST.get(name, {}), api_key=KEY)
    assert "Failed to import the required Python library (requests)" in result["msg"]
    assert "Traceback" not in errors


def test_a_process_of_its_own_ends_with_one_result(connection: dict[str, Any]) -> None:
    result, errors = run_process("nodana_project", **connection, name="shop")
    assert result["project"]["name"] == "shop"
    assert "Traceback" not in errors
    result, errors = run_process("nodana_project", **{**connection, "api_key": "wrong-key-0123456789"}, name="shop")
    assert failed(result, "UnauthorizedError")
    assert "Traceback" not in errors


def test_a_failing_wait_keeps_app_and_secrets_in_the_result(simulator: Simulator, connection: dict[str, Any]) -> None:
    simulator.settings(startup_delay=1e6)
    result = run_module("nodana_app", **connection, **LEAST["nodana_app"], wait_timeout=0.1)
    failed(result, "WaitTimeout")
    app = simulator.account()["apps"][0]
    assert (result["changed"], result["created"], result["app"]["id"]) == (True, True, app["id"])
    assert handed_over(result)[app["id"]]["seed"] == app["secrets"]["seed"]


@pytest.mark.parametrize("wait_timeout", ["-1", "nan", "inf"])
@pytest.mark.parametrize("name", ["nodana_app", "nodana_service", "nodana_stack"])
def test_a_time_that_no_wait_can_keep_is_refused_before_anything_is_asked(
    simulator: Simulator, connection: dict[str, Any], name: str, wait_timeout: str
) -> None:
    result = run_module(name, **connection, **LEAST[name], wait_timeout=wait_timeout)
    assert "wait_timeout must be a number of seconds, 0 or more" in failed(result, "Invalid")
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nodana_project", {}),
        ("nodana_project", {"name": "shop", "state": "latest"}),
        ("nodana_app", {"project": "shop"}),
        ("nodana_app", {"id": "app-1", "template": "phoenixd"}),
        ("nodana_app", {"template": "phoenixd", "count": 1}),
        ("nodana_service", {}),
        ("nodana_service", {"project": "shop"}),
        ("nodana_service", {"app": "app-1", "project": "shop"}),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_any_request(
    simulator: Simulator, connection: dict[str, Any], name: str, options: dict[str, Any]
) -> None:
    result = run_module(name, **connection, **options)
    assert result["failed"]
    assert result["msg"].isprintable()
    assert simulator.log()["requests"] == []


def test_no_time_to_wait_is_one_look(simulator: Simulator, connection: dict[str, Any]) -> None:
    simulator.settings(startup_delay=1e6)
    result = run_module("nodana_app", **connection, **LEAST["nodana_app"], wait_timeout=0)
    failed(result, "WaitTimeout")
    assert handed_over(result)


@pytest.mark.parametrize("hidden", ["api_key", "app id", "everything"])
def test_a_secret_that_contains_a_hidden_value_is_handed_over_whole(
    simulator: Simulator, connection: dict[str, Any], hidden: str
) -> None:
    """Ansible cuts the API key, and every credential in params, out of every text of a module's result."""
    params = {"password": {"api_key": "no matter", "app id": "app-", "everything": string.printable}[hidden]}
    strange = {"backup": f"before {simulator.key} after", simulator.key: "app-", "all": string.printable}
    simulator.settings(extra_secrets=json.dumps(strange))
    options = {**LEAST["nodana_app"], "template": "boltzd", "params": params}
    result = run_module("nodana_app", **connection, **options)
    (app,) = simulator.account()["apps"]
    (entry,) = handover(result).secrets
    assert entry.app_id == app["id"]
    assert entry.secrets == app["secrets"]
    assert strange.items() <= app["secrets"].items()


@pytest.mark.parametrize(
    "strange",
    [{"odd": "\ud800 alone"}, {"odd": {"__ansible_type": "Tripwire"}}, {"__ansible_unsafe": "x"}, {"\udfff": 1}],
)
def test_a_field_that_ansible_cannot_hold_is_kept_in_the_whole_answer_as_text(
    simulator: Simulator, connection: dict[str, Any], strange: dict[str, Any]
) -> None:
    simulator.settings(extra_secrets=json.dumps(strange))
    secrets = handed_over(run_module("nodana_app", **connection, **LEAST["nodana_app"]))
    (app,) = simulator.account()["apps"]
    assert set(secrets[app["id"]]) == {"seed", "password", "restricted_password", "raw_response"}
    assert strange.items() <= json.loads(secrets[app["id"]]["raw_response"])["data"].items()


def test_a_defect_is_one_line_and_keeps_the_secrets(
    simulator: Simulator, connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.nodana.cloud.plugins.module_utils._resources import app_readiness

    def broken(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError(simulator.key)

    monkeypatch.setattr(app_readiness, "until_ready", broken)
    result = run_module("nodana_app", **connection, **LEAST["nodana_app"])
    assert "nodana.cloud has a defect: ZeroDivisionError in broken" in failed(result, "NodanaError")
    (app,) = simulator.account()["apps"]
    assert handed_over(result)[app["id"]]["seed"] == app["secrets"]["seed"]
    assert result["changed"] is True
