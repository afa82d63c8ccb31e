# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long tasks show their progress through Ansible's display, a line every few seconds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local.progress_file import ProgressFile
from ansible_collections.nodana.cloud.plugins.plugin_utils._action import progress
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.progress import Progress
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.controller import Controller


class Screen:
    """A display that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def display(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)


def test_a_slow_creation_shows_what_it_waits_for(simulator: Simulator, controller: Controller) -> None:
    simulator.settings(startup_delay=6)
    task = {"project": "shop", "apps": [{"template": "phoenixd", "count": 2}], "secrets_dir": "secrets"}
    ran = controller.play({"nodana.cloud.nodana_stack": {**task, "request_interval": 0.3}})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = re.findall(r"^\[localhost\] (.*)$", ran.stdout, re.MULTILINE)
    assert 1 <= len(lines) <= 4
    ids = [app["id"] for app in simulator.account()["apps"]]
    waiting = "|".join(re.escape(f"{app_id} (phoenixd) starting") for app_id in ids)
    ready = rf"[01] of 2 apps ready after \d+ s; waiting for (?:{waiting})(?:, (?:{waiting}))?"
    shapes = rf"created [12] of 2 apps|{ready}"
    assert all(re.fullmatch(shapes, line) for line in lines)
    before, after = ran.stdout.index("TASK [nodana.cloud.nodana_stack]"), ran.stdout.index("changed: [localhost]")
    assert before < ran.stdout.index(lines[0]) < after
    secrets = [secret for app in simulator.account()["apps"] for secret in app["secrets"].values()]
    assert not [secret for secret in secrets if secret in ran.stdout]


def test_a_line_comes_every_few_seconds_and_not_at_once() -> None:
    screen, clock = Screen(), FakeClock()
    shown = Progress(screen, "localhost", clock)
    for number in range(130):
        shown.show(f"created {number} of 130 apps")
        clock.sleep(0.1)
    assert screen.lines == [f"[localhost] created {number} of 130 apps" for number in (30, 80)]


def test_the_same_line_is_not_shown_twice() -> None:
    screen, clock = Screen(), FakeClock()
    shown = Progress(screen, "localhost", clock)
    for _number in range(100):
        shown.show("created 1 of 2 apps")
        clock.sleep(1)
    assert len(screen.lines) == 1


def test_control_characters_are_left_out_and_a_long_line_is_cut_off() -> None:
    screen, clock = Screen(), FakeClock()
    shown = Progress(screen, "localhost", clock)
    clock.sleep(10)
    shown.show("waiting for app-1 (\x1b[2Jstarting\n)" + "x" * 1000)
    (line,) = screen.lines
    assert line.startswith("[localhost] waiting for app-1 ([2Jstarting)xxx")
    assert line.endswith("x ...")
    assert len(line) < 450


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("no", 0), ("False", 0), ("1", 1), ("", 1)])
def test_the_environment_turns_it_off(monkeypatch: pytest.MonkeyPatch, value: str, number: int) -> None:
    monkeypatch.setenv("NODANA_PROGRESS", value)
    screen, clock = Screen(), FakeClock()
    shown = Progress(screen, "localhost", clock)
    clock.sleep(10)
    shown.show("created 1 of 2 apps")
    assert len(screen.lines) == number


def test_the_last_line_of_a_module_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "READ_INTERVAL", 0.01)
    monkeypatch.setattr(progress, "FIRST", 0.0)
    screen = Screen()
    with progress.followed(Progress(screen, "localhost")) as path:
        assert path is not None
        write = ProgressFile(path)
        write("created 1 of\n2 apps")
        while not screen.lines:
            pass
    assert screen.lines == ["[localhost] created 1 of 2 apps"]


def test_a_module_does_not_mind_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "target").write_text("", encoding="utf-8")
    for name in ("missing", "link"):
        ProgressFile(str(tmp_path / name))(json.dumps({"any": "text"}))
    assert (tmp_path / "target").read_text(encoding="utf-8") == ""
