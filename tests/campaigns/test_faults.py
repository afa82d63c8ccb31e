# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test every fault of the service on every call: a run succeeds or fails with one clear message, without duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import nodes_api
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE
from ansible_collections.nodana.cloud.tests.campaigns.station import Station, generation_of
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import APP_TASK, NODE_TASK
from ansible_collections.nodana.cloud.tests.simulator.faults import AFTERWARDS, DELAYS, DRIPS, NAMES, WITH_STATUS
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Run
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

Record = dict[str, Any]
Note = Callable[[str, object], None]

APP = {"project": "shop", "create_project": True, "template": "phoenixd"}
STACK = {"project": "shop", "apps": [{"template": "phoenixd"}]}
NODE = {"name": "shop"}
LISTS = [("GET", "^/projects$"), ("GET", "^/projects/[^/]+/apps$")]
CREATES = [("POST", "^/apps$"), ("GET", "^/apps/[^/]+$")]
NODE_CALLS = [("GET", "^/nodes$"), ("POST", "^/nodes$"), ("GET", "^/nodes/[^/]+$")]
CREATIONS = (CREATES[0], NODE_CALLS[1])
FLOWS: dict[str, tuple[list[tuple[str, str]], Record, bool]] = {
    "create": ([LISTS[0], ("POST", "^/projects$"), *CREATES], APP, False),
    "create in a project": ([*LISTS, *CREATES], APP, False),
    "create without a project": ([*LISTS, *CREATES], {"template": "phoenixd"}, False),
    "create a stack": ([LISTS[0], ("POST", "^/projects$"), *CREATES], STACK, False),
    "check": (LISTS, APP, True),
    "again": (LISTS, APP, False),
    "a stack again": (LISTS, STACK, False),
    "delete": (
        [*LISTS, ("POST", "^/apps/[^/]+/delete$")],
        {"project": "shop", "template": "phoenixd", "state": "absent"},
        False,
    ),
    "create a node": (NODE_CALLS, NODE, False),
    "check a node": (NODE_CALLS[:1], NODE, True),
    "a node again": (NODE_CALLS[:1], NODE, False),
    "delete a node": ([NODE_CALLS[0], ("DELETE", "^/nodes/[^/]+$")], {**NODE, "state": "absent"}, False),
}
"""A task: the calls that it makes, its options, and whether it runs in check mode."""
STATUS = 408
STATUSES_OF_A_CREATION = (STATUS, 499)
MORE_STATUSES_OF_A_CREATION = (400, 401, 403, 404, 407, 409, 413, 418, 422, 425, 451)
"""The responses of a proxy, whatever the API has done. Only the full size uses those after the first ones."""
FORMS: dict[str, Record] = {
    "data": {},
    "bare": {"create_envelope": "bare", "limit_form": "http", "ready_status": "running"},
    "deleted listed": {"list_deleted": True, "limit_form": "http-retry-after", "retry_after": 2.5},
}
TIMES = {"once": 1, "for ever": 100_000}
KINDS = ("projects", "apps", "nodes")
SHORT = 0.15
"""The request_timeout for responses that never end, in real seconds."""
LOST = "its secrets are lost"
MADE = (*AFTERWARDS, "slow_after")
"""The faults after which the app exists."""


@dataclass(frozen=True)
class Case:
    """A fault on a call of a flow."""

    flow: str
    call: tuple[str, str]
    fault: str
    status: int | None
    form: str
    times: str

    def __str__(self) -> str:
        status = [] if self.status is None else [str(self.status)]
        return "-".join((self.flow, *self.call, self.fault, *status, self.form, self.times))

    @property
    def is_node(self) -> bool:
        """Return whether the flow is about a node."""
        return NODE.items() <= FLOWS[self.flow][1].items()

    @property
    def details(self) -> Record:
        """The parameters of the fault for the simulator, besides its name and its count."""
        method, path = self.call
        return {
            "method": method,
            "path": path,
            "seconds": 0.02 if self.fault in DELAYS else 0.0,
            **({} if self.status is None else {"status": self.status}),
        }


def cases() -> Iterator[Any]:
    """Return all cases: each fault on each call, the other values in rotation. Cases of the full size have a mark."""
    variants = [(form, times) for times in TIMES for form in FORMS]
    number = 0
    for flow, (calls, _options, _check) in FLOWS.items():
        for call in calls:
            for fault, status in faults_of(call):
                number += 1
                for index, (form, times) in enumerate(variants):
                    usual = index == number % len(variants) and status not in MORE_STATUSES_OF_A_CREATION
                    case = Case(flow, call, fault, status, form, times)
                    yield pytest.param(case, id=str(case), marks=[] if usual else [pytest.mark.long])


def faults_of(call: tuple[str, str]) -> Iterator[tuple[str, int | None]]:
    """Return the faults of a call, each with the real HTTP status of its response, if it has one."""
    statuses = (*STATUSES_OF_A_CREATION, *MORE_STATUSES_OF_A_CREATION) if call in CREATIONS else (STATUS,)
    for fault in NAMES:
        for status in statuses if fault in WITH_STATUS else (None,):
            yield fault, status


@pytest.fixture
def machine(running: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> Machine:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(nodes_api, "CREATE_TIMEOUT", SHORT)
    running.reset()
    running.settings(
        rate_interval=0, startup_delay=0, transition_delay=0, generation=["nodes" if case.is_node else "seed"]
    )
    return (NodesMachine if case.is_node else Machine)(running, defaults={"secrets_dir": "secrets"})


def run(machine: Machine, options: Record, check: bool = False) -> Run:
    """Run the module that these options belong to."""
    module = "nodana_node" if "name" in options else "nodana_stack" if "apps" in options else "nodana_app"
    return machine.run(module, check=check, **options)


@pytest.mark.parametrize("case", list(cases()))
def test_a_fault_ends_in_success_or_one_clear_message(machine: Machine, case: Case, record_property: Note) -> None:
    _calls, options, check = FLOWS[case.flow]
    options = {**options, "request_timeout": SHORT} if case.fault in DRIPS else options
    simulator = machine.simulator
    prepare(machine, case)
    before = simulator.account()
    times = TIMES[case.times] if case.fault not in DELAYS else 1
    simulator.fault(case.fault, times=times, **case.details)
    first = run(machine, options, check)
    assert times > 1 or simulator.faults() == [], "the fault did not happen"
    simulator.clear_faults()
    record_property(FIGURE, f"faults, {case.flow}, {'a message' if first.error else 'success'}")
    assert_clear(first, simulator)
    if check:
        after = simulator.account()
        assert [after[kind] for kind in KINDS] == [before[kind] for kind in KINDS]
    assert_as_wanted(machine, case, first)
    second = run(machine, options, check)
    assert_clear(second, simulator)
    assert not second.error or LOST in second.message, second
    assert_as_wanted(machine, case, second)
    if case.call in CREATIONS:
        assert_created_once(machine, case, first, second)
        record_property(FIGURE, f"creations with a fault, {'done' if case.fault in MADE else 'not done, or delayed'}")


def prepare(machine: Machine, case: Case) -> None:
    """Create what the flow starts from."""
    if case.flow in ("again", "a stack again", "delete", "a node again", "delete a node"):
        assert run(machine, NODE if case.is_node else APP).values["created"]
    elif case.flow not in ("create", "create a stack") and not case.is_node:
        assert run(machine, {**APP, "template": "nutshell"}).values["created"]
    machine.simulator.settings(**FORMS[case.form])


def assert_clear(run: Run, simulator: Simulator) -> None:
    """Check that a failure has a useful message and that no result contains a secret."""
    if run.error:
        assert run.error.name
        assert len(run.message.splitlines()) == 1
    account = simulator.account()
    secrets = [secret for app in (*account["apps"], *account["nodes"]) for secret in app["secrets"].values()]
    result = run.result
    shown = str((run.message, result.values, result.before, result.after, result.warnings))
    assert not any(secret in shown for secret in (*secrets, simulator.key))


def assert_as_wanted(machine: Machine, case: Case, run: Run) -> None:
    """Check that at most one app and project were created, that a success is true, and that a failure reports them."""
    account = machine.simulator.account()
    apps = phoenixds(account)
    assert len(apps) <= 1
    assert [project["name"] for project in account["projects"]].count("shop") <= 1
    if case.flow.startswith("delete"):
        assert run.error or not apps
        return
    unlisted = f"the {'nodes' if case.is_node else 'apps'} could not be listed"
    for app in apps:
        reported = app["id"] in run.message or unlisted in run.message
        assert machine.has_secrets_of(app) or reported, run.message
    if not run.error and not FLOWS[case.flow][2]:
        assert apps
        assert machine.has_secrets_of(apps[0])


def phoenixds(account: Record) -> list[Record]:
    """Return the nodes of an account, and the apps that the flows create."""
    return [*account["nodes"], *(app for app in account["apps"] if app["template"] == "phoenixd")]


def assert_created_once(machine: Machine, case: Case, first: Run, second: Run) -> None:
    """Check that an app that was created in spite of a broken response is reported by id and not created again."""
    (app,) = phoenixds(machine.simulator.account())
    if case.fault in MADE:
        assert not second.values.get("created")
        assert machine.has_secrets_of(app) or app["id"] in second.message, second
        assert machine.has_secrets_of(app) or first.error


@pytest.mark.long
@pytest.mark.parametrize("call", [*LISTS, ("POST", "^/projects$"), *CREATES, *NODE_CALLS], ids="-".join)
@pytest.mark.parametrize("fault", NAMES)
def test_a_fault_of_a_playbook_ends_in_success_or_one_clear_message(
    station: Station, fault: str, call: tuple[str, str], record_property: Note
) -> None:
    method, path = call
    task = NODE_TASK if call in NODE_CALLS else APP_TASK
    station.simulator.settings(generation=generation_of(task))
    if call == LISTS[1]:
        made = station.result({"nodana.cloud.nodana_project": {"name": "shop", "request_interval": 0.06}})
        assert made["changed"]
    status = {"status": STATUS} if fault in WITH_STATUS else {}
    station.simulator.fault(fault, method=method, path=path, seconds=0.3, **status)
    (action, options), *_rest = task.items()
    first = station.result({action: {**options, "request_timeout": 2.0 if fault in DRIPS else 30.0}})
    record_property(FIGURE, f"faults, in a playbook, {'a message' if first.get('failed') else 'success'}")
    station.simulator.clear_faults()
    second = station.result(task)
    (app,) = station.apps()
    if second.get("failed"):
        assert LOST in second["msg"]
        assert app["id"] in first["msg"]
    else:
        assert station.has_file_of(app)
        station.check_tidy()
    station.check_files()
