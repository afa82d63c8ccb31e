# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run stages with nox, two lanes at a time, and print the progress."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .counts import Count
from .home import make_home, variables
from .install import fingerprint
from .stages import Stage
from .tree import ROOT

LOGS = ROOT / ".logs"
PINS = ROOT / ".nox" / ".pins"
LANES_AT_ONCE = 2
REMINDER = 30  # seconds between two progress messages of a long stage
FIGURES = "FIGURES: "  # prefix of log lines that are printed even if the stage passed

_printing = threading.Lock()


@dataclass(frozen=True)
class Result:
    """The result of a stage: its count, its time in seconds, and the path of its log if it ran."""

    stage: Stage
    count: Count
    seconds: float = 0.0
    log: str = ""

    @property
    def state(self) -> str:
        """Return passed, failed or skipped."""
        if self.stage.skip:
            return "skipped"
        return "failed" if self.count.failed else "passed"


class Runner:
    """Runs stages with the nox of ``.venv`` and a PATH on which it finds every Python."""

    def __init__(self, python: Path, search_path: str, total: int) -> None:
        self._python = python
        self._environment = environment(search_path)
        self._total = total
        self._started = 0
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    def phase(self, stages: Sequence[Stage]) -> list[Result]:
        """Run the stages of one phase, its lanes in parallel, and return the results in the order of the stages."""
        lanes: dict[str, list[Stage]] = {}
        for stage in stages:
            lanes.setdefault(stage.lane, []).append(stage)
        with ThreadPoolExecutor(LANES_AT_ONCE) as pool:
            try:
                done = [result for lane in pool.map(self._lane, lanes.values()) for result in lane]
            except BaseException:
                self._stop()
                raise
        return sorted(done, key=lambda result: stages.index(result.stage))

    def _stop(self) -> None:
        """Prevent further stages from starting, and terminate the running ones with all their child processes."""
        self._stopping = True
        for process in list(self._running):
            os.killpg(process.pid, signal.SIGTERM)

    def _lane(self, stages: Sequence[Stage]) -> list[Result]:
        return [self._stage(stage) for stage in stages if not self._stopping]

    def _stage(self, stage: Stage) -> Result:
        with _printing:
            self._started += 1
            position = f"[{self._started:>2}/{self._total}]"
        if stage.skip:
            say(f"{position} skipped  {stage.name}: {stage.skip}")
            return Result(stage, Count(skipped=1))
        say(f"{position} running  {stage.name}{f' ({stage.about})' if stage.about else ''}")
        log = LOGS / f"{''.join(c if c.isalnum() or c in '.-' else '_' for c in stage.name)}.log"
        start = time.monotonic()
        exit_code = self._run(stage, log, f"{position} ...      {stage.name}")
        seconds = time.monotonic() - start
        output = log.read_text(encoding="utf-8", errors="replace")
        result = Result(stage, stage.count(output, exit_code), seconds, str(log.relative_to(ROOT)))
        if result.count.failed and not self._stopping:
            say(output.rstrip())
        say(f"{position} {result.state:<8} {stage.name}: {result.count} in {seconds:.1f} s")
        for line in output.splitlines():
            if line.startswith(FIGURES):
                say(f"{' ' * len(position)} {line}")
        return result

    def _run(self, stage: Stage, log: Path, reminder: str) -> int:
        """Run the stage's nox session, write its output to the log, and return its exit code."""
        pins = fingerprint([os.path.realpath(self._python)], installers())
        stamp = PINS / stage.session
        installed = stamp.exists() and stamp.read_text() == pins
        reuse = "--reuse-existing-virtualenvs"
        command = [str(self._python), "-m", "nox", reuse, *(["--no-install"] if installed else [])]
        command += ["--session", stage.session, "--", *stage.arguments]
        with log.open("w", encoding="utf-8") as file:
            file.write(f"$ {shlex.join(command)}\n")
            file.flush()
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
            self._running.add(process)
            exit_code = wait(process, reminder)
            self._running.discard(process)
        if exit_code == 0:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(pins)
        return exit_code


def wait(process: subprocess.Popen[bytes], reminder: str) -> int:
    """Wait for the process and return its exit code. Print a message every ``REMINDER`` seconds."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=REMINDER)
        except subprocess.TimeoutExpired:
            say(f"{reminder}: {time.monotonic() - start:.0f} s so far")


def installers() -> list[Path]:
    """Return the files that determine what nox installs."""
    names = ("noxfile.py", "antsibull-nox.toml", "tests/unit/requirements.txt")
    return [*sorted((ROOT / "requirements").glob("*.txt")), *(ROOT / name for name in names)]


def environment(search_path: str) -> dict[str, str]:
    """Return the environment variables for nox: another home, no colours, and no Ansible or Nodana settings."""
    dropped = ("ANSIBLE_", "NODANA_", "NOX", "PYTHON")
    kept = {name: value for name, value in variables(make_home()).items() if not name.startswith(dropped)}
    return {**kept, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PATH": search_path}


def say(text: str) -> None:
    """Print a progress message. A lock keeps messages of several lanes apart."""
    with _printing:
        print(text, flush=True)
