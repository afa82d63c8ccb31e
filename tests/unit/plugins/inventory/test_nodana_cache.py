# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api, one_project
from ansible_collections.nodana.cloud.tests.support.controller import Inventory

pytestmark = pytest.mark.ends

TEXTS = ["{{ 6 * 7 }}", "{%", '{"a": 1}', "#jinja2:a:b\n", "é\n\0'\"", "!unsafe", "1", "z" * 10_000]


def cached(ansible, plugin="ansible.builtin.jsonfile", **options):
    ansible.write(
        cache=True, cache_plugin=plugin, cache_connection=str(ansible.folder / "cache"), cache_timeout=60, **options
    )


def kept(ansible):
    """Return the files of the cache by name."""
    folder = ansible.folder / "cache"
    return {path.name: path for path in folder.iterdir()} if folder.exists() else {}


def requested(simulator):
    return len(simulator.log()["requests"])


def unplug(ansible):
    """Let all requests fail."""
    hidden = ansible.folder / "unplugged"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import socket\n\ndef refuse(*_):\n    raise AssertionError('a connection was opened')\n\n"
        "socket.socket.connect = refuse\n",
        encoding="utf-8",
    )
    ansible.environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(hidden), ansible.environment.get("PYTHONPATH")])
    )


def test_without_a_cache_every_run_asks(simulator, ansible):
    ansible.hosts()
    ansible.hosts()
    assert requested(simulator) == 6


def test_a_warm_cache_gives_the_same_inventory_without_a_connection(simulator, ansible):
    cached(ansible, compose={"a": "nodana_port + 1"}, keyed_groups=[{"key": "nodana_template"}])
    fresh = ansible.listed()
    asked = requested(simulator)
    unplug(ansible)
    assert ansible.listed() == fresh
    assert len(fresh["_meta"]["hostvars"]) == 3
    assert requested(simulator) == asked == 3


def test_hostile_texts_are_the_same_from_the_cache(tmp_path):
    apps = [
        {"id": f"app-{n}", "url": f"https://{n}.example", "template": text, "status": text, "rate": {text: [text]}}
        for n, text in enumerate(TEXTS)
    ]
    with canned_api(one_project(*apps, name=TEXTS[0])) as url:
        ansible = Inventory(tmp_path, url, KEY)
        cached(ansible, compose={"joined": "nodana_template ~ nodana_project_name"})
        fresh = ansible.hosts()
    assert ansible.hosts() == fresh
    assert len(fresh) == len(TEXTS)


def test_reading_does_not_make_the_cache_younger(ansible):
    cached(ansible)
    ansible.hosts()
    ((name, path),) = kept(ansible).items()
    earlier = path.stat().st_mtime - 30
    os.utime(path, (earlier, earlier))
    ansible.hosts()
    assert list(kept(ansible)) == [name]
    assert path.stat().st_mtime == earlier


def test_what_is_too_old_is_asked_for_again(simulator, ansible):
    cached(ansible)
    ansible.hosts()
    ((_name, path),) = kept(ansible).items()
    os.utime(path, (0, 0))
    ansible.hosts()
    assert requested(simulator) == 6
    assert path.stat().st_mtime > 0


def test_a_flush_asks_again_and_keeps_the_answers(simulator, ansible, ask):
    cached(ansible)
    ansible.hosts()
    ask(f"/apps/{simulator.account()['apps'][0]['id']}/delete")
    assert len(ansible.hosts()) == 3
    playbook = ansible.folder / "nothing.yml"
    playbook.write_text("- hosts: nodana\n  gather_facts: false\n  tasks: []\n", encoding="utf-8")
    run = ansible.run("playbook", "-i", str(ansible.source), "--flush-cache", str(playbook))
    assert run.returncode == 0, run.stdout + run.stderr
    asked = requested(simulator)
    assert len(ansible.hosts()) == 2
    assert requested(simulator) == asked


def test_the_cache_holds_neither_key_nor_secret(simulator, ansible):
    cached(ansible, gather_services=True)
    ansible.hosts()
    texts = [name + path.read_text(encoding="utf-8") for name, path in kept(ansible).items()]
    secrets = [value for app in simulator.account()["apps"] for value in app["secrets"].values()]
    assert secrets
    assert texts
    assert not [hidden for hidden in (simulator.key, *secrets) if any(hidden in text for text in texts)]


def test_fields_that_nobody_documented_are_not_kept(tmp_path):
    app = {"id": "app-1", "url": "https://a.example", "password": "of-the-app", "params": {"mint_lnd_macaroon": "m-1"}}
    with canned_api(one_project(app)) as url:
        ansible = Inventory(tmp_path, url, KEY)
        cached(ansible)
        ansible.hosts()
    ((_name, path),) = kept(ansible).items()
    text = path.read_text(encoding="utf-8")
    assert "a.example" in text
    assert "of-the-app" not in text
    assert "m-1" not in text


@pytest.mark.parametrize("change", ["projects", "app_ids", "gather_services", "api_key", "api_url"])
def test_what_changes_the_answers_is_not_answered_from_another_entry(simulator, ansible, change):
    cached(ansible)
    assert len(ansible.hosts()) == 3
    first = simulator.account()["apps"][0]
    options: dict[str, Any] = {
        "projects": {"projects": [first["projectId"]]},
        "app_ids": {"app_ids": [first["id"]]},
        "gather_services": {"gather_services": True},
        "api_key": {"api_key": simulator.keys[1]},
        "api_url": {"api_url": simulator.url.replace("127.0.0.1", "localhost")},
    }
    asked = requested(simulator)
    cached(ansible, **options[change])
    assert len(ansible.hosts()) == {"projects": 2, "app_ids": 1, "api_key": 0}.get(change, 3)
    assert requested(simulator) > asked
    assert len(kept(ansible)) == 2


def test_what_changes_no_answer_is_answered_from_the_same_entry(simulator, ansible):
    cached(ansible)
    ansible.hosts()
    asked = requested(simulator)
    cached(
        ansible,
        templates=["phoenixd"],
        statuses=["available"],
        filters=[{"exclude": "my_port == 1"}],
        hostname="{{ my_app_id }}",
        hostvars_prefix="my_",
        group="apps",
        default_groups=False,
    )
    assert ansible.listed()["apps"]["hosts"] == [simulator.account()["apps"][0]["id"]]
    assert requested(simulator) == asked


def test_another_inventory_file_uses_the_same_entry(simulator, ansible):
    cached(ansible)
    ansible.hosts()
    asked = requested(simulator)
    ansible.source = ansible.source.rename(ansible.folder / "again.nodana.yml")
    assert len(ansible.hosts()) == 3
    assert requested(simulator) == asked


def test_a_failure_is_not_kept(simulator, ansible):
    cached(ansible, retry_timeout=0)
    last = simulator.account()["projects"][-1]["id"]
    simulator.fault("html_502", path=f"^/projects/{last}/apps$")
    assert "HTTP 502" in ansible.failure()
    assert kept(ansible) == {}
    assert len(ansible.hosts()) == 3


def test_a_flush_that_fails_leaves_what_there_is(simulator, ansible):
    cached(ansible, retry_timeout=0)
    ansible.hosts()
    simulator.fault("html_502", path="^/projects$")
    run = ansible.run("playbook", "-i", str(ansible.source), "--flush-cache", "--list-hosts", str(ansible.source))
    assert "HTTP 502" in run.stdout + run.stderr
    assert simulator.faults() == []
    unplug(ansible)
    assert len(ansible.hosts()) == 3


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"form": 0}', '{"form": 2, "projects": [{"apps": 1}], "nodes": []}']
)
def test_a_cache_that_cannot_be_read_is_no_failure(simulator, ansible, content):
    cached(ansible)
    ansible.hosts()
    ((_name, path),) = kept(ansible).items()
    path.write_text(content, encoding="utf-8")
    result = ansible.list()
    assert len(json.loads(result.stdout)["_meta"]["hostvars"]) == 3, result.stderr
    assert requested(simulator) == 6
    assert len(ansible.hosts()) == 3
    assert requested(simulator) == 6
