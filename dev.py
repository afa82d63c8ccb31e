# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The developer commands: demo, test, lint, bench and clean. ``python3 dev.py --help`` explains them."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from tests.bench import PARTS  # noqa: E402  (found through the line above)
from tools import install, matrix, programs, report, run, stages, tree  # noqa: E402  (found through the line above)
from tools.python import Python, Version, find_pythons, search_path  # noqa: E402

MADE = (
    ".venv",
    ".nox",
    ".programs",
    ".logs",
    ".cache",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".ansible",
    "tests/output",
)


def main() -> int:
    """Parse the command line, run the command, and return its exit code."""
    arguments = parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(arguments.command(arguments))
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="dev.py", description="Develop the nodana.cloud collection.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    demo_parser = commands.add_parser(
        "demo",
        help="deploy a node with Ansible against an embedded Nodana API",
        description="Deploy, claim, verify, list, stop, start, update and tear down nodes with Ansible against an "
        "embedded Nodana API. It never talks to the real service.",
    )
    demo_parser.add_argument("--real", action="store_true", help="with a real mint and a real LNbits behind the API")
    demo_parser.set_defaults(command=demo)
    test_parser = commands.add_parser(
        "test",
        help="run every check and test; with --fast the linters and unit tests only",
        description="Run the linters, then the unit tests, then ansible-test's sanity, units and integration tests on "
        "the oldest and the newest supported ansible-core, then the campaigns. The last line counts the tests.",
    )
    size = test_parser.add_mutually_exclusive_group()
    size.add_argument("--fast", action="store_true", help="stop after the linters and the unit tests")
    size.add_argument(
        "--long", action="store_true", help="run the campaigns and slow tests in full size, which takes an hour"
    )
    test_parser.set_defaults(command=test)
    lint_parser = commands.add_parser("lint", help="run the linters only", description="Run the linters only.")
    lint_parser.set_defaults(command=lint)
    bench_parser = commands.add_parser(
        "bench",
        help="measure speed, requests and memory, and write the guide's tables and plots",
        description="Measure the inventory beside that of hetzner.hcloud, ways to deploy apps beside each other, "
        "growth to 200 apps, and the work of a single task, all against servers on this machine. Tables and plots go "
        "into the documentation. It fails when a goal is missed. It is no part of the tests; leave the machine alone "
        "meanwhile.",
    )
    bench_parser.add_argument("part", nargs="?", choices=PARTS, help="measure only this (default: everything)")
    bench_parser.set_defaults(command=bench)
    clean_parser = commands.add_parser(
        "clean",
        help="remove everything these commands made",
        description="Remove the environments, caches and logs of this checkout.",
    )
    clean_parser.set_defaults(command=clean)
    return top


def demo(arguments: argparse.Namespace) -> int:
    """Run the demo with the Ansible in ``.venv`` and return the exit code."""
    pythons = find_pythons()
    program = install.ensure_venv(pythons)
    command = [str(program), str(tree.ROOT / "tools" / "demo" / "run.py")]
    if arguments.real:
        try:
            real = programs.ensure(pythons)
        except LookupError as lack:
            sys.exit(f"This cannot run here: {lack}.")
        command += [f"--{name}={path}" for name, path in real.items()]
    return subprocess.call(command)


def test(arguments: argparse.Namespace) -> int:
    """Run all stages, or with ``--fast`` only the fast ones. Return the exit code."""
    pythons = find_pythons()
    return run_phases(stages.fast(pythons) if arguments.fast else stages.full(pythons, long=arguments.long), pythons)


def lint(_arguments: argparse.Namespace) -> int:
    """Run the linters and return the exit code."""
    return run_phases([stages.lint()], find_pythons())


def bench(arguments: argparse.Namespace) -> int:
    """Run the benchmarks in their own environment and return the exit code."""
    pythons = find_pythons()
    command = [install.ensure_venv(pythons), "-m", "nox", "--reuse-existing-virtualenvs", "--session", "bench"]
    command += ["--", arguments.part] if arguments.part else []
    return subprocess.call(command, cwd=tree.ROOT, env=run.environment(search_path(pythons.values())))


def clean(_arguments: argparse.Namespace) -> int:
    """Remove everything that the commands created, in the checkout and in its workplace."""
    for path in (*(tree.ROOT / name for name in MADE), tree.workplace()):
        shutil.rmtree(path, ignore_errors=True)
    for path in list(tree.ROOT.rglob("__pycache__")):
        shutil.rmtree(path, ignore_errors=True)
    print("Clean.")
    return 0


def run_phases(phases: list[list[stages.Stage]], pythons: dict[Version, Python]) -> int:
    """Run the phases one after the other, print the summary, and return the exit code."""
    start = time.monotonic()
    program = install.ensure_venv(pythons)
    run.LOGS.mkdir(exist_ok=True)
    print(f"Pythons here: {', '.join(matrix.label(version) for version in sorted(pythons))}", flush=True)
    runner = run.Runner(program, search_path(pythons.values()), sum(map(len, phases)))
    results = [result for phase in phases for result in runner.phase(phase)]
    return report.conclude(results, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
