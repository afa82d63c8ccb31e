# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deploy and run a node with Ansible against an embedded Nodana API: ``python3 dev.py demo``.

All files that it creates are in a temporary folder. It ignores ``NODANA_`` and ``ANSIBLE_`` variables of the
environment, so it never contacts the real service.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.simulator.handle import Simulator  # noqa: E402  (found through the line above)
from tools import programs  # noqa: E402

STARTUP = 5.0  # seconds until a new app or node is ready
BIN = Path(sys.executable).parent
VAULT = ["--vault-password-file", "vault-password"]
DEPLOY = ["ansible-playbook", "deploy.yml", "-e", "@shop.yml", *VAULT]
MINT_NAME = "msg={{ (lookup('ansible.builtin.url', nodana_url ~ '/v1/info', use_proxy=false) | from_json).name }}"


class Step(NamedTuple):
    """A step of the demo: a command, a check of the simulator after it, and a change in the simulator before it."""

    title: str
    command: list[str]
    succeeded: Callable[[Simulator], bool]
    before: Callable[[Simulator], None] = lambda _simulator: None


STEPS = [
    Step(
        "Deploy a phoenixd node, an LNbits and a mint, claim the LNbits, and verify that all of them work",
        DEPLOY,
        lambda simulator: templates(simulator) == ["lnbits-phoenixd", "nutshell", "phoenixd"],
    ),
    Step(
        "Every app is a host",
        ["ansible-inventory", "-i", "nodana.yml", "--graph"],
        lambda simulator: wrote(simulator, 0),
    ),
    Step(
        "Ask the host of the mint for its name",
        ["ansible", "-i", "nodana.yml", "template_nutshell", "-m", "ansible.builtin.debug", "-a", MINT_NAME],
        lambda simulator: wrote(simulator, 0),
    ),
    Step(
        "Deploy again: nothing changes, and all apps are verified again", DEPLOY, lambda simulator: wrote(simulator, 0)
    ),
    Step(
        "Create a node of the newest generation of the API. Restart and update the phoenixd while the node starts",
        ["ansible-playbook", "operate.yml", *VAULT],
        lambda simulator: nodes(simulator) == ["shop running"] and wrote(simulator, 4),
        before=lambda simulator: simulator.release("phoenixd", "0.8.0"),
    ),
    Step(
        "Delete everything",
        ["ansible-playbook", "teardown.yml", "-e", "@shop.yml"],
        lambda simulator: templates(simulator) == nodes(simulator) == [],
    ),
]


def main(*, real: bool) -> int:
    """Run all steps, with real programs if ``real``. Return 0 if all succeed and no request violates the rate limit."""
    apps = {name: str(programs.path(name)) for name in programs.NAMES} if real else {}
    began = time.monotonic()
    requests = violations = 0
    api = Simulator(generation=["seed", "nodes"], startup_delay=STARTUP, serve_apps=True, **apps)
    with tempfile.TemporaryDirectory(prefix="nodana-demo-") as folder, api as simulator:
        environment = prepare(Path(folder), simulator)
        print(f"A simulated Nodana API at {simulator.url} accepts one request per second, like the real one.")
        print("The mint and the LNbits are real programs on this machine." if real else "The apps are simulated, too.")
        for number, step in enumerate(STEPS, 1):
            print(f"\n{number}. {step.title}\n   $ {' '.join(step.command)}", flush=True)
            step.before(simulator)
            command = [str(BIN / step.command[0]), *step.command[1:]]
            code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
            if code or not step.succeeded(simulator):
                print(f"\nStep {number} failed (exit code {code}).")
                return 1
            log = simulator.log()
            requests, violations = requests + len(log["requests"]), violations + log["violations"]
            simulator.clear_log()
    print(f"\nDone: {requests} requests in {time.monotonic() - began:.0f} s, {violations} rate limit violations.")
    return 0 if violations == 0 else 1


def templates(simulator: Simulator) -> list[str]:
    """Return the templates of the existing apps."""
    return sorted(app["template"] for app in simulator.account()["apps"] if app["status"] != "deleted")


def nodes(simulator: Simulator) -> list[str]:
    """Return the names and statuses of the existing nodes."""
    return [f"{node['name']} {node['status']}" for node in simulator.account()["nodes"]]


def wrote(simulator: Simulator, times: int) -> bool:
    """Return whether this step has sent this number of write requests (POST)."""
    return sum(request["method"] == "POST" for request in simulator.log()["requests"]) == times


def prepare(folder: Path, simulator: Simulator) -> Mapping[str, str]:
    """Copy the demo's files to the folder and return the environment of its commands."""
    collection = folder / "ansible_collections" / "nodana" / "cloud"
    collection.parent.mkdir(parents=True)
    collection.symlink_to(ROOT, target_is_directory=True)
    for source in HERE.glob("*.yml"):
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "vault-password").write_text("only for this demo\n")
    (folder / "ansible.cfg").write_text("[defaults]\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NODANA_", "ANSIBLE_"))}
    return {
        **kept,
        "PWD": str(folder),
        "NODANA_API_KEY": simulator.key,
        "NODANA_API_URL": simulator.url,
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_REMOTE_TMP": str(folder / "home" / "tmp"),  # else it is in the user's home, even if HOME differs
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }


if __name__ == "__main__":
    sys.exit(main(real="--real" in sys.argv))
