# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run stages with nox, two lanes at a time. Print the progress, and at the end a summary."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .counts import Count
from .home import make_home, variables
from .install import ensure_venv, fingerprint
from .python import Python, Version
from .stages import Stage
from .tree import ROOT

LOGS = ROOT / ".logs"
PINS = ROOT / ".nox" / ".pins"
LANES_AT_ONCE = 2
REMINDER = 30  # seconds between two progress messages of a long stage
FIGURES = ("FIGURES: ", "TOTAL ")  # beginnings of log lines that are printed even if the stage passed
CELL = re.compile(r"(sanity|units|integration): ansible-core ([\d.]+)(?:, Python ([\d.]+))?")

_printing = threading.Lock()


@dataclass(frozen=True)
class Result:
    """The result of a stage: its count, its time in seconds, and the path of its log if it ran."""

    stage: Stage
    count: Count
    seconds: float = 0.0
    log: str = ""

    def __str__(self) -> str:
        state = "skipped" if self.stage.skip else "failed" if self.count.failed else "passed"
        remark = self.stage.skip or f"{self.count} in {self.seconds:.1f} s"
        return f"{state:<8} {self.stage.name}: {remark}"


class Nox:
    """The nox of ``.venv``, without the Ansible and Nodana settings of the user."""

    def __init__(self, pythons: Mapping[Version, Python]) -> None:
        self._python = ensure_venv(pythons)
        dropped = ("ANSIBLE_", "NODANA_", "NOX", "PYTHON")
        kept = {name: value for name, value in variables(make_home()).items() if not name.startswith(dropped)}
        # With CI, antsibull-nox checks the format of files and does not change them.
        self._environment = {**kept, "CI": "true", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        # Python compiles what it imports. Most files of the packages are never imported.
        self._environment["PIP_NO_COMPILE"] = "1"

    def start(
        self, sessions: Sequence[str], arguments: Sequence[str], output: IO[str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the sessions in a process group of their own. Only sessions whose pins changed install packages."""
        installed = all(stamp.exists() and stamp.read_text() == self._pins() for stamp in map(self._stamp, sessions))
        command = [str(self._python), "-m", "nox", "--reuse-existing-virtualenvs"]
        command += ["--no-install"] if installed else []
        command += ["--session", *sessions, "--", *arguments]
        if output:
            print(f"$ {shlex.join(command)}", file=output, flush=True)
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def confirm(self, sessions: Sequence[str]) -> None:
        """Record that the sessions have installed their packages."""
        PINS.mkdir(parents=True, exist_ok=True)
        for session in sessions:
            self._stamp(session).write_text(self._pins())

    def run(self, *sessions: str, arguments: Sequence[str] = ()) -> int:
        """Run the sessions in the foreground and return the exit code."""
        process = self.start(sessions, arguments)
        try:
            exit_code = process.wait()
        except BaseException:
            stop(process)
            raise
        if exit_code == 0:
            self.confirm(sessions)
        return exit_code

    def _pins(self) -> str:
        names = ("noxfile.py", "antsibull-nox.toml", "tests/unit/requirements.txt")
        files = [*sorted((ROOT / "requirements").glob("*.txt")), *(ROOT / name for name in names)]
        return fingerprint([os.path.realpath(self._python)], files)

    @staticmethod
    def _stamp(session: str) -> Path:
        return PINS / session


class Runner:
    """Runs the stages of a test run."""

    def __init__(self, nox: Nox, total: int) -> None:
        self._nox = nox
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
                self._stopping = True
                for process in list(self._running):
                    stop(process)
                raise
        return sorted(done, key=lambda result: stages.index(result.stage))

    def _lane(self, stages: Sequence[Stage]) -> list[Result]:
        return [self._stage(stage) for stage in stages if not self._stopping]

    def _stage(self, stage: Stage) -> Result:
        with _printing:
            self._started += 1
            position = f"[{self._started:>2}/{self._total}]"
        if stage.skip:
            result = Result(stage, Count(skipped=1))
            say(f"{position} {result}")
            return result
        say(f"{position} running  {stage.name}{f' ({stage.about})' if stage.about else ''}")
        log = LOGS / f"{''.join(c if c.isalnum() or c in '.-' else '_' for c in stage.name)}.log"
        start = time.monotonic()
        with log.open("w", encoding="utf-8") as file:
            process = self._nox.start(stage.sessions, stage.arguments, file)
            self._running.add(process)
            exit_code = wait(process, f"{position} ...      {stage.name}")
            self._running.discard(process)
        if exit_code == 0:
            self._nox.confirm(stage.sessions)
        output = log.read_text(encoding="utf-8", errors="replace")
        count = stage.count(output, exit_code)
        result = Result(stage, count, time.monotonic() - start, str(log.relative_to(ROOT)))
        if count.failed and not self._stopping:
            say(output.rstrip())
        figures = [f"{' ' * len(position)} {line}" for line in output.splitlines() if line.startswith(FIGURES)]
        say("\n".join([f"{position} {result}", *figures]))
        return result


def run_phases(nox: Nox, phases: Sequence[Sequence[Stage]]) -> int:
    """Run the phases one after the other, print the summary, and return the exit code."""
    start = time.monotonic()
    LOGS.mkdir(exist_ok=True)
    runner = Runner(nox, sum(map(len, phases)))
    results = [result for phase in phases for result in runner.phase(phase)]
    return conclude(results, time.monotonic() - start)


def conclude(results: Sequence[Result], seconds: float) -> int:
    """Print the summary and return the exit code: 0 if no test failed and at least one passed.

    The last line is 'N passed, N failed, N skipped'.
    """
    print(f"\nSummary after {seconds:.0f} s; the logs are in {LOGS.relative_to(ROOT)}/\n")
    print(*(f"  {result}" for result in results), sep="\n")
    table = matrix_table(results)
    if table:
        print("\nPassed tests on each ansible-core and Python:", *table, sep="\n")
    failed = [f"  {result.stage.name}: {result.log}" for result in results if result.count.failed]
    if failed:
        print("\nFailed, each with its log:", *failed, sep="\n")
    total = sum((result.count for result in results), Count())
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0


def matrix_table(results: Sequence[Result]) -> list[str]:
    """Return a line for each tested ansible-core and Python, and the reasons of those that were skipped."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for result in results:
        name = CELL.fullmatch(result.stage.name)
        if name:
            state = f"{result.count.failed} failed" if result.count.failed else str(result.count.passed)
            cells.setdefault((name[2], name[3] or ""), {})[name[1]] = result.stage.skip or state
    lines = [f"  {'ansible-core':<14}{'Python':<8}{'sanity':<12}{'units':<12}integration"]
    for (core, python), states in cells.items():
        if python:
            lines.append(
                f"  {core:<14}{python:<8}{states.get('sanity', '-'):<12}{states.get('units', '-'):<12}"
                f"{states.get('integration', '-')}"
            )
        else:
            lines.append(f"  {core:<14}skipped: {states['sanity']}")
    return lines if cells else []


def wait(process: subprocess.Popen[bytes], reminder: str) -> int:
    """Wait for the process and return its exit code. Print a message every ``REMINDER`` seconds."""
    start = time.monotonic()
    while True:
        try:
            return process.wait(timeout=REMINDER)
        except subprocess.TimeoutExpired:
            say(f"{reminder}: {time.monotonic() - start:.0f} s so far")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate a process with all its child processes."""
    os.killpg(process.pid, signal.SIGTERM)


def say(text: str) -> None:
    """Print a progress message. A lock keeps messages of several lanes apart."""
    with _printing:
        print(text, flush=True)
