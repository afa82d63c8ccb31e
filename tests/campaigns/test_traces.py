# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test that a run leaves no secret and no API key behind, except in the encrypted files."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE
from ansible_collections.nodana.cloud.tests.campaigns.station import Station, everything

OPTIONS: dict[str, Any] = {
    "template": "phoenixd",
    "project": "shop",
    "secrets_dir": "secrets",
    "request_interval": 0.06,
}
NODE: dict[str, Any] = {"name": "shop", "secrets_dir": "secrets", "request_interval": 0.06}
GIVEN = {"hook": "a-password-in-a-webhook", "macaroon": "0201036c6e64022f030a10d0f3aa1d5a5b"}
"""Secrets from the user, as variables of the play."""
TASKS: list[dict[str, Any]] = [
    {
        "nodana.cloud.nodana_app": {
            **OPTIONS,
            "create_project": True,
            "params": {"webhook": "https://user:{{ hook }}@example.com"},
        },
        "register": "made",
    },
    {"ansible.builtin.set_fact": {"made": "{{ made }}", "cacheable": True}},
    {"nodana.cloud.nodana_app": {**OPTIONS}, "register": "again"},
    {
        "nodana.cloud.nodana_app": {
            **OPTIONS,
            "template": "nutshell",
            "count": 2,
            "params": {"mint_lnd_macaroon": "{{ macaroon }}"},
        },
    },
    {"nodana.cloud.nodana_app": {**OPTIONS, "project": "none"}, "ignore_errors": True},
    {"nodana.cloud.nodana_app": {**OPTIONS, "state": "restarted"}},
    {"nodana.cloud.nodana_app_info": {"project": "shop", "request_interval": 0.06}},
    {"ansible.builtin.debug": {"var": "made"}},
    {"nodana.cloud.nodana_app": {"id": "{{ made.app.id }}", "state": "absent", "request_interval": 0.06}},
    {"nodana.cloud.nodana_node": {**NODE}, "register": "made_node"},
    {"nodana.cloud.nodana_node": {**NODE, "name": "SHOP"}, "ignore_errors": True},
    {"nodana.cloud.nodana_node_info": {"request_interval": 0.06}},
    {"ansible.builtin.debug": {"var": "made_node"}},
    {"nodana.cloud.nodana_node": {"id": "{{ made_node.node.id }}", "state": "absent", "request_interval": 0.06}},
]
PLUGINS = {
    "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit",
    "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_INVENTORY_CACHE": "true",
    "ANSIBLE_INVENTORY_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_KEEP_REMOTE_FILES": "false",
    "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true",
    "ANSIBLE_DEBUG": "false",
}


@pytest.mark.parametrize(
    "words", ["-vvv", pytest.param("-v", marks=pytest.mark.long), pytest.param("-vvvvv", marks=pytest.mark.long)]
)
def test_no_trace_holds_a_secret_or_the_key(station: Station, words: str, record_property: Any) -> None:
    folder = station.folder
    station.simulator.settings(generation=["seed", "nodes"])
    given = folder / "given.json"
    given.write_text(json.dumps(GIVEN), encoding="utf-8")
    station.environment.update(PLUGINS)
    station.environment["JUNIT_OUTPUT_DIR"] = str(folder / "junit")
    station.environment["ANSIBLE_CACHE_PLUGIN_CONNECTION"] = str(folder / "facts")
    station.environment["ANSIBLE_INVENTORY_CACHE_CONNECTION"] = str(folder / "inventory-cache")
    station.environment["ANSIBLE_LOG_PATH"] = str(folder / "ansible.log")
    inventory = folder / "shop.nodana.yml"
    inventory.write_text(yaml.safe_dump({"plugin": "nodana.cloud.nodana", "cache": True, "request_interval": 0.06}))
    run = station.start(TASKS, arguments=(words, "--diff", "-i", str(inventory), "-e", f"@{given}"))
    assert run.wait() == 0, station.output
    again = station.start([{"ansible.builtin.debug": {"var": "hostvars"}}], arguments=(words, "-i", str(inventory)))
    assert again.wait() == 0, station.output
    made = everything(station.simulator)
    assert sorted(app["template"] for app in made) == ["nutshell", "nutshell", "phoenixd", "phoenixd"]
    hidden = {secret for app in made for secret in app["secrets"].values()} | {station.simulator.key, *GIVEN.values()}
    assert len(hidden) >= 5
    traces = list(traces_of(folder))
    names = " ".join(str(path.relative_to(folder)) for path in traces)
    assert all(word in names for word in ("junit/", "facts/", "ansible.log", "output", "state/"))
    for path in traces:
        content = path.read_bytes()
        for form in (form for secret in hidden for form in forms(secret)):
            assert form not in content, f"{path} holds {form!r}"
    record_property(FIGURE, f"searches for secrets, with {words}")


def traces_of(folder: Path) -> Iterator[Path]:
    """Return every file that a run created. Skip its input files."""
    given = {"given.json", "vault"}
    for path in folder.rglob("*"):
        playbook = path.parent == folder and path.suffix == ".yml"
        if path.is_file() and path.name not in given and not playbook and "ansible_collections" not in path.parts:
            yield path


def forms(secret: str) -> Iterator[bytes]:
    """Return the forms in which a secret can occur in a file."""
    yield secret.encode()
    yield json.dumps(secret)[1:-1].encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")[:-1]
    yield base64.b64encode(f":{secret}".encode()).rstrip(b"=")[:-1]
