# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of ``dev.py contract`` about the simulator in its forms. It contains no id and no secret."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import is_loopback
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.modules import ROOT
from ansible_collections.nodana.cloud.tools.contract import __main__ as command
from ansible_collections.nodana.cloud.tools.contract.probe import Probe, Reply
from ansible_collections.nodana.cloud.tools.contract.report import Report
from ansible_collections.nodana.cloud.tools.contract.schema import compare
from hypothesis import given
from hypothesis import strategies as st

ALL = ["seed", "apps", "nodes"]
PROGRAM = "ansible_collections.nodana.cloud.tools.contract"


@pytest.fixture(autouse=True)
def loopback_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail on a connection to another machine, and keep the state in a temporary folder."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        assert is_loopback(address[0]), address
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked)
        patch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    return running_simulator


class Output:
    """A report on the simulator: its ``lines``, the ``warnings`` for the user, and the exit code."""

    def __init__(self, simulator: Simulator, template: str | None = None, nodes_key: str | None = None) -> None:
        self.lines: list[str] = []
        self.warnings: list[str] = []
        apps = Probe(simulator.url, simulator.key, 0.0)
        nodes = Probe(simulator.url, nodes_key or simulator.key, 0.0)
        report = Report(apps, nodes, self.lines.append, self.warnings.append, FakeClock())
        self.exit_code = report.run(template)

    def starting(self, beginning: str) -> list[str]:
        return [line for line in self.lines if line.startswith(beginning)]


def texts(value: Any) -> set[str]:
    """Return all strings in a JSON value that identify something or are secret."""
    if isinstance(value, dict):
        return set().union(*(texts(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(texts(inner) for inner in value))
    return {value} if isinstance(value, str) and len(value) > 10 else set()


FORMS: list[dict[str, Any]] = [
    {},
    {"missing_routes": "http", "node_error_form": "message", "bad_key_form": "http"},
    {"missing_routes": "html", "node_error_form": "html", "ready_status": "running"},
    {"missing_routes": "gone", "node_error_form": "empty", "list_deleted": True, "current_version": "absent"},
    {"separate_keys": True, "current_version": "null"},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("generation", [["seed"], ["apps"], ["nodes"], ["seed", "nodes"], ["apps", "nodes"], ALL])
def test_an_account_that_is_as_described_has_no_differences(
    simulator: Simulator, generation: list[str], form: dict[str, Any]
) -> None:
    simulator.settings(generation=generation, **form)
    simulator.fill(projects=1 if generation != ["nodes"] else 0, apps=1, nodes=1 if "nodes" in generation else 0)
    simulator.clear_log()
    nodes_key = simulator.keys[1] if form.get("separate_keys") else None
    output = Output(simulator, nodes_key=nodes_key)
    assert output.exit_code == 0
    assert output.starting("differs") == output.warnings == []
    requests = simulator.log()["requests"]
    assert output.lines[-1] == f"done     {len(requests)} requests"
    assert len(requests) <= 12
    assert {request["method"] for request in requests} == {"GET"}
    shown = texts(json.loads(json.dumps(simulator.state()))) | set(simulator.keys)
    assert not any(text in line for text in shown for line in output.lines)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"ready_status": "running"}, "settles  status of apps: running"),
        ({"bad_key_form": "http"}, "settles  form of a wrong key: HTTP 401, "),
        ({"generation": ["apps"]}, "settles  generation of projects and apps: apps; form of a missing route: HTTP 200"),
        ({"missing_routes": "html"}, "settles  no nodes here, or not with this key: HTTP 404, text/html"),
        ({"list_deleted": True}, "settles  deleted apps stay in the list"),
        ({"generation": ALL}, "settles  the key for projects and apps serves nodes: HTTP 200, fields nodes"),
    ],
)
def test_open_points_are_settled(simulator: Simulator, settings: dict[str, Any], expected: str) -> None:
    simulator.settings(**settings)
    simulator.fill(projects=1, apps=1)
    if "list_deleted" in settings:
        path = f"/apps/{simulator.account()['apps'][0]['id']}/delete"
        Probe(simulator.url, simulator.key, 0.0).send("POST", path)
    assert Output(simulator).starting(expected)


def test_separate_keys_are_noticed(simulator: Simulator) -> None:
    simulator.settings(generation=["seed", "nodes"], separate_keys=True)
    output = Output(simulator, nodes_key=simulator.keys[1])
    assert output.starting("settles  the key for projects and apps does not serve nodes: HTTP 401, ")
    assert output.starting("settles  list of nodes: 0, ")


@pytest.mark.parametrize("generation", [["seed"], ["apps"], ["seed", "nodes"]])
@pytest.mark.parametrize("envelope", ["data", "bare"])
def test_a_created_app_is_watched_and_deleted(simulator: Simulator, generation: list[str], envelope: str) -> None:
    simulator.settings(generation=generation, create_envelope=envelope, extra_secrets='{"odd": "a-secret-of-the-app"}')
    output = Output(simulator, "phoenixd")
    around = "with" if envelope == "data" else "without"
    assert f"settles  response to a creation {around} data around it" in output.lines
    assert "settles  one-time fields of phoenixd: odd, password, restrictedPassword, seed" in output.lines
    assert output.starting("settles  status of a new app: available")
    assert not any("a-secret-of-the-app" in line for line in output.lines)
    account = simulator.account()
    assert (account["apps"], account["projects"]) == ([], [])
    assert output.exit_code == 0


@pytest.mark.parametrize("fault", ["error_before", "drop_before", "limit"])
def test_the_user_is_shown_what_could_not_be_deleted_and_the_report_is_not(simulator: Simulator, fault: str) -> None:
    simulator.fault(fault, path="/delete$", times=3)
    output = Output(simulator, "phoenixd")
    app = simulator.account()["apps"][0]
    for left in (app["id"], app["projectId"]):
        assert [line for line in output.warnings if line.startswith("CHECK ") and left in line]
        assert not any(left in line for line in output.lines)
    assert output.exit_code == 1


def test_an_interrupted_report_deletes_the_app(simulator: Simulator) -> None:
    simulator.settings(startup_delay=3600)
    clock = FakeClock()

    def interrupt() -> None:
        raise KeyboardInterrupt

    clock.later(1.0, interrupt)
    with pytest.raises(KeyboardInterrupt):
        Report(Probe(simulator.url, simulator.key, 0.0), None, print, print, clock).run("phoenixd")
    account = simulator.account()
    assert (account["apps"], account["projects"]) == ([], [])
    assert [app["template"] for app in account["deleted_apps"]] == ["phoenixd"]


@pytest.mark.parametrize("fault", ["drop_after", "cut_json", "limit_after", "error_after"])
def test_an_app_that_may_have_been_created_is_reported(simulator: Simulator, fault: str) -> None:
    simulator.fault(fault, method="POST", path="^/apps$")
    output = Output(simulator, "phoenixd")
    assert output.warnings[0].startswith("CHECK    an app may have been created")
    assert output.exit_code == 1


def test_a_refused_creation_is_shown(simulator: Simulator) -> None:
    output = Output(simulator, "no-such-template")
    assert output.starting("settles  form of a refused or unreadable creation: HTTP 200, fields error")
    assert (output.exit_code, output.warnings) == (0, [])


def test_a_project_that_existed_before_is_not_deleted(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator.fill(projects=1)
    project = simulator.account()["projects"][0]["id"]
    send = Probe.send

    def into_existing(probe: Probe, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        return send(probe, method, path, body and {**body, "project_id": project}, **options)

    monkeypatch.setattr(Probe, "send", into_existing)
    output = Output(simulator, "phoenixd")
    assert "settles  an app without project_id is created in an existing project" in output.lines
    account = simulator.account()
    assert (account["apps"], [item["id"] for item in account["projects"]]) == ([], [project])


@pytest.mark.parametrize("settings", [{"generation": ["nodes"]}, {"separate_keys": True}])
def test_without_a_list_of_projects_nothing_is_created(simulator: Simulator, settings: dict[str, Any]) -> None:
    simulator.settings(**settings)
    lines: list[str] = []
    Report(Probe(simulator.url, simulator.keys[1], 0.0), None, lines.append).run("phoenixd")
    assert [line for line in lines if line.startswith("unknown  a new app")]
    assert {request["method"] for request in simulator.log()["requests"]} == {"GET"}


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"rate": "0.1"}, "data.rate: string, described: "),
        ({"extra": 1}, "data.extra: not described (integer)"),
        ({"id": None}, "data.id: null, described: string"),
        ({"createdAt": "yesterday"}, "data.createdAt: not as described (pattern)"),
    ],
)
def test_differences_name_the_field_and_show_no_value(
    simulator: Simulator, change: dict[str, Any], difference: str
) -> None:
    simulator.fill(projects=1, apps=1)
    reply = Probe(simulator.url, simulator.key, 0.0).send("GET", f"/apps/{simulator.account()['apps'][0]['id']}")
    agreeing, (found,) = compare("GET", "/apps/app-1", 200, {"data": {**reply.data, **change}})
    assert found.startswith(difference)
    assert set(agreeing) == {f"data.{name}" for name in reply.data if name not in change}


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after", "http-retry-date"])
@pytest.mark.parametrize("path", ["^/projects$", "^/apps/", "^/nodes"])
def test_a_rate_limit_response_ends_the_report(simulator: Simulator, form: str, path: str) -> None:
    simulator.settings(generation=["seed", "nodes"], limit_form=form)
    simulator.fill(projects=1, apps=1)
    simulator.fault("limit", path=path)
    output = Output(simulator)
    assert output.exit_code == 1
    assert output.starting("settles  rate limit response: HTTP ")
    assert output.warnings[0].startswith("FAILED   GET ")
    log = simulator.log()["requests"]
    assert [request for request in log if request["outcome"] != "ok"][-1] == log[-1]
    assert output.lines[-1] == f"done     {len(log)} requests"


def test_an_api_that_does_not_respond_ends_the_report_in_one_line(simulator: Simulator) -> None:
    simulator.fault("drop_before")
    output = Output(simulator)
    assert output.exit_code == 1
    assert len(output.warnings) == 1
    assert "stopped  Unreachable" in output.lines


SECRETS = ("abandon-art-17", "Sk1LiveKey", "x" * 40, "two words")
KEY = "key-of-letters-only".replace("-", "")
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*SECRETS, KEY, "available", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*SECRETS, KEY, "id", "projectId", "data", "nodes", "node", "error", "code", "statusCode", "status"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
RESPONSES = st.lists(
    st.tuples(
        st.sampled_from([200, 200, 200, 302, 404, 500]),
        st.sampled_from(["application/json", "text/x; Sk1LiveKey", "Sk1LiveKey"]),
        ODD.map(json.dumps) | st.sampled_from(["", "Sk1LiveKey", "[" * 100000]),
    ),
    min_size=1,
    max_size=6,
)


@given(RESPONSES)
def test_no_secret_is_shown_from_any_response(responses: list[tuple[int, str, str]]) -> None:
    lines: list[str] = []
    count = iter(range(10**6))

    def send(*_request: Any, **_options: Any) -> Reply:
        status, kind, body = responses[next(count) % len(responses)]
        return Reply.read(status, {"Content-Type": kind, "Retry-After": "Sk1LiveKey"}, body.encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Probe, "send", send)
        probe = Probe("http://127.0.0.1:9", KEY, 0.0)
        Report(probe, probe, lines.append, lambda _text: None, FakeClock()).run("phoenixd")
    assert lines[-1].startswith("done ")
    shown = "\n".join(lines).lower()
    assert not any(secret.lower() in shown for secret in (*SECRETS, KEY))


def run_program(
    simulator: Simulator, variables: dict[str, str], *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the program as ``dev.py`` does, without Ansible's and Nodana's variables of this process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NODANA_")}
    urls = {"NODANA_API_URL": simulator.url, "NODANA_STATE_DIR": os.environ["NODANA_STATE_DIR"]}
    environment = {**kept, **urls, "PYTHONPATH": str(Path(ROOT).parents[2]), **variables}
    program = [sys.executable, "-m", PROGRAM, *arguments]
    return subprocess.run(program, env=environment, input=stdin, text=True, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({}, "The API key is missing. Set NODANA_API_KEY"),
        ({"NODANA_API_KEY": "a key with spaces"}, "The API key is not valid"),
        ({"NODANA_API_KEY": "key-0123456789abcdef", "NODANA_API_URL": ""}, "api_url is empty"),
        ({"NODANA_API_KEY": "key-0123456789abcdef", "NODANA_API_ORIGIN": "http://127.0.0.1/v1"}, "NODANA_API_ORIGIN "),
    ],
)
def test_without_a_valid_key_or_url_there_is_one_line_and_no_request(
    simulator: Simulator, variables: dict[str, str], line: str
) -> None:
    done = run_program(simulator, variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize("answer", ["", "no\n", "y\n"])
def test_nothing_is_created_unless_the_user_agrees(simulator: Simulator, answer: str) -> None:
    done = run_program(simulator, {"NODANA_API_KEY": simulator.key}, "phoenixd", stdin=answer)
    assert done.returncode == 1
    assert done.stderr == "Nothing was created.\n"
    assert simulator.log()["requests"] == []


def test_a_key_for_nodes_is_enough_and_the_output_can_be_published(simulator: Simulator) -> None:
    simulator.settings(generation=["nodes"])
    origin = simulator.url.removesuffix("/v1")
    done = run_program(simulator, {"NODANA_NODES_API_KEY": simulator.key, "NODANA_API_ORIGIN": origin})
    assert (done.returncode, done.stderr) == (0, "")
    assert f"compared with {simulator.url} on " in done.stdout
    assert command.LEGEND in done.stdout
    assert done.stdout.endswith("done     2 requests\n")
