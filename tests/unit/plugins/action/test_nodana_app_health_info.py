# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_app_health_info in a playbook: it reports the health of apps and changes nothing."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.nodana.cloud.plugins.action.nodana_app_health_info import ActionModule
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.progress import Progress
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health_survey
from ansible_collections.nodana.cloud.tests.support.actions import Own
from ansible_collections.nodana.cloud.tests.support.apps import StandIn, phoenixd, running

TRAP = "{{ lookup('pipe', 'touch trap') }}"


def task(*apps, **options):
    return {"nodana.cloud.nodana_app_health_info": {"apps": list(apps), **options}}


def app(url, template="phoenixd", **fields):
    return {"id": "app-1", "template": template, "url": url, "status": "available", **fields}


@pytest.mark.parametrize("check_mode", [False, True])
def test_it_reports_the_health_of_each_app_also_in_check_mode(controller, check_mode):
    controller.secrets.mkdir(mode=0o700)
    content = '{"app_id": "app-1", "template": "phoenixd", "secrets": {"password": "full-password-of-it"}}'
    (controller.secrets / "phoenixd-app-1.yml").write_text(content, encoding="utf-8")
    with running(phoenixd("full-password-of-it")) as node, running(StandIn({"/": (500, TRAP)})) as broken:
        apps = [app(node.url), {**app(broken.url, "boltzd"), "id": "app-2"}]
        result = controller.result({**task(*apps, secrets_dir="secrets"), "check_mode": check_mode})
    healthy, unhealthy = result["health"]
    assert (result["changed"], healthy["state"], healthy["node"]["balance_sat"]) == (False, "healthy", 900)
    assert (unhealthy["app_id"], unhealthy["state"], unhealthy["node"]) == ("app-2", "unhealthy", None)
    assert TRAP in unhealthy["detail"]
    assert not (controller.folder / "trap").exists()
    assert "full-password-of-it" not in result["shown"]


@pytest.mark.parametrize(
    ("other", "options", "message"),
    [
        ({"template": "phoenixd"}, {}, "Each entry of apps must have an id"),
        ({"id": "app-2"}, {"request_timeout": 0}, "request_timeout must be a number of seconds from 0.1 to 3600"),
    ],
)
def test_invalid_options_fail_before_the_first_request(controller, other, options, message):
    with running(phoenixd()) as node:
        result = controller.result(task(app(node.url), other, **options))
        assert node.asked == []
    assert result["failed"]
    assert message in result["msg"]


def test_a_slow_check_shows_its_progress(simulator, tmp_path, monkeypatch):
    lines, shown = [], threading.Event()

    def show(_self, line):
        lines.append(line)
        shown.set()

    monkeypatch.setattr(Progress, "show", show)
    monkeypatch.setattr(health_survey, "_TICK", 0.01)
    monkeypatch.setattr(
        health_survey, "_check", lambda *_arguments: health_survey.Health("healthy", str(shown.wait(30)))
    )
    result = Own(ActionModule, tmp_path, simulator).run(None, apps=[app("https://a.example")])
    assert result["health"][0]["detail"] == "True"
    assert lines[0] == "checked 0 of 1 apps and nodes; waiting for app-1"
