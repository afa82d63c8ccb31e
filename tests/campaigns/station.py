# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A controller whose processes can be found and killed, and whose files can be checked."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.nodana.cloud.plugins.module_utils._client.create_response import read_receipt
from ansible_collections.nodana.cloud.plugins.module_utils._client.records import NODE_TEMPLATE
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt, Receipts
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import PASSWORD, Controller

Record = dict[str, Any]

MARK = "NODANA_CAMPAIGN"
NODE_MODULE = "nodana.cloud.nodana_node"
PATIENCE = 60.0


class Station(Controller):
    """A controller in a folder of its own. Every process that it starts has a mark, so none is missed."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        super().__init__(folder, simulator.url, simulator.key)
        self.simulator = simulator
        self.mark = uuid.uuid4().hex
        self.environment[MARK] = self.mark
        self.environment["ANSIBLE_LOCAL_TEMP"] = str(folder / "tmp")
        self.environment["ANSIBLE_REMOTE_TMP"] = str(folder / "remote")
        self.state = folder / "state"

    def start(
        self, tasks: Record | list[Record], hosts: int = 0, arguments: tuple[str, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a playbook of one or more tasks on this number of hosts in parallel. Its output goes to ``output``."""
        names = [f"host{number}" for number in range(hosts)]
        variables = {"ansible_python_interpreter": sys.executable, "ansible_connection": "local"}
        playbook = self.write_play(
            *(tasks if isinstance(tasks, list) else [tasks]),
            name=uuid.uuid4().hex,
            hosts=names or "localhost",
            vars=variables,
        )
        command = [*self.prefix, sys.executable, "-m", "ansible.cli.playbook", *self.opened]
        command += ["-i", ",".join(names) + ",", "--forks", str(hosts)] if hosts else []
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                [*command, *arguments, str(playbook)],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """Return the output of the started playbooks."""
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def processes(self) -> dict[int, list[str]]:
        """Return the command lines of all processes of this station, by process id."""
        return dict(self._marked())

    def _marked(self) -> Iterator[tuple[int, list[str]]]:
        mark = f"{MARK}={self.mark}".encode()
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                if mark not in Path(entry.path, "environ").read_bytes().split(b"\0"):
                    continue
                words = Path(entry.path, "cmdline").read_bytes().decode(errors="replace").split("\0")
                if Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z":
                    yield int(entry.name), words
            except OSError:
                continue  # it ended

    def end(self) -> None:
        """Kill the processes that still run."""
        for pid in self.processes():
            kill(pid, signal.SIGKILL)

    def wait_for_all(self) -> None:
        """Wait until no process of this station runs, including those whose parent was killed."""
        until(lambda: not self.processes(), "that all processes end")

    def receipts(self) -> list[Receipt]:
        """Return the receipts in the state folder."""
        return [receipt for folder in self.state.glob("*.receipts") for receipt in Receipts(str(folder)).all()]

    def files(self) -> list[Path]:
        """Return the secrets files."""
        return sorted(path for path in self.secrets.glob("*.yml") if not path.name.startswith("."))

    def apps(self) -> list[Record]:
        """Return the apps and nodes that exist, with their secrets as the service knows them."""
        return list(_made(self.simulator.account(), "apps", "nodes"))

    def has_file_of(self, app: Record) -> bool:
        """Return whether there is a file with the secrets of an app, byte for byte."""
        path = self.secrets / f"{app['template']}-{app['id']}.yml"
        return path in self.files() and same(read_vault(path)["secrets"], app)

    def has_receipt_of(self, app: Record) -> bool:
        """Return whether a receipt contains the secrets of an app."""
        opened = [read_receipt(receipt) for receipt in self.receipts()]
        return any(found is not None and found[0]["id"] == app["id"] and same(found[1], app) for found in opened)

    def check_files(self) -> None:
        """Check that no other user can read a file, and that every secrets file contains what the service sent."""
        for path in [self.state, self.secrets, *self.state.rglob("*"), *self.secrets.rglob("*")]:
            assert not path.exists() or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, f"others can read {path}"
        known = {f"{app['template']}-{app['id']}.yml": app for app in everything(self.simulator)}
        for path in self.files():
            assert same(read_vault(path)["secrets"], known[path.name]), f"{path} is not what was sent"

    def check_tidy(self) -> None:
        """Check that no unfinished file is left. The journal may have entries."""
        files = [path for folder in (self.state, self.secrets) for path in folder.rglob("*") if path.is_file()]
        left = [path.name for path in files if path.suffix != ".created"]
        locks_and_limiters = [name for name in left if name.endswith((".lock", ".rate_limiter"))]
        unfinished = sorted(set(left) - {*locks_and_limiters, *(path.name for path in self.files())})
        assert not unfinished, f"left behind: {unfinished}"


def everything(simulator: Simulator) -> list[Record]:
    """Return all apps and nodes, deleted ones included."""
    accounts = simulator.state()["accounts"].values()
    return [app for account in accounts for app in _made(account, "apps", "deleted_apps", "nodes", "deleted_nodes")]


def _made(account: Record, *kinds: str) -> Iterator[Record]:
    for kind in kinds:
        yield from ({"template": NODE_TEMPLATE, **app} for app in account[kind])


def generation_of(task: Record) -> list[str]:
    """Return a value of the setting ``generation`` with which the simulator has what a task needs."""
    return ["nodes"] if NODE_MODULE in task else ["seed"]


def like_app(result: Record) -> Record:
    """Return the result of a node, or of a stack with one app, like the result of an app."""
    if "node" in result:
        return {**result, "app": result["node"]}
    if result.get("apps"):
        app = result["apps"][0]
        files = result.get("secrets_files", {})
        return {**result, "app": app, **({"secrets_file": files[app["id"]]} if app["id"] in files else {})}
    return result


def same(kept: Record, app: Record) -> bool:
    """Return whether these are the secrets of an app, regardless of the names of their fields."""
    return bool(kept) and sorted(map(str, kept.values())) == sorted(map(str, app["secrets"].values()))


def read_vault(path: Path) -> Record:
    """Return the content of an encrypted file."""
    vault = VaultLib([("default", VaultSecret(PASSWORD.encode()))])
    content: Record = yaml.safe_load(vault.decrypt(path.read_bytes()))
    return content


def kill(pid: int, number: int) -> None:
    """Send a signal to a process if it still exists."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def until(holds: Callable[[], bool], what: str, every: float = 0.02) -> None:
    """Wait until a condition is true."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, f"waited too long for {what}"
        time.sleep(every)


def message_of(result: Record) -> str:
    """Return the message of a failed task, on one line."""
    return json.dumps(result.get("msg", ""))
