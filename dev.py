# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The developer commands. ``python3 dev.py --help`` explains them."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from tests.bench import PARTS  # noqa: E402  (found through the line above)
from tools import install, matrix, programs, run, stages, tree  # noqa: E402  (found through the line above)
from tools.python import find_pythons, label  # noqa: E402
from tools.release import FOLDER  # noqa: E402


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

    def add(command: Callable[[argparse.Namespace], int], about: str, details: str) -> argparse.ArgumentParser:
        description = f"{about[0].upper()}{about[1:]}. {details}"
        added = commands.add_parser(command.__name__, help=about, description=description)
        added.set_defaults(command=command)
        return added

    more = (
        "It also claims, verifies, lists, stops, starts, updates and deletes them, and never contacts the real service."
    )
    demo_parser = add(demo, "deploy nodes with Ansible against an embedded Nodana API", more)
    demo_parser.add_argument("--real", action="store_true", help="start a real mint and a real LNbits behind the API")
    more = "The last line of the output counts the tests."
    tests = add(test, "run every check and test", more)
    size = tests.add_mutually_exclusive_group()
    size.add_argument("--fast", action="store_true", help="run the linters and most unit tests only")
    about = "test every supported ansible-core on its oldest and newest Python, and the coverage, which takes hours"
    only = "with --full, test only this ansible-core, for example 2.18"
    size.add_argument("--full", action="store_true", help=about)
    tests.add_argument("--only", metavar="X.Y", choices=[core.name for core in matrix.ALL], help=only)
    size.add_argument("--long", action="store_true", help="run the campaigns in full size, which takes an hour")
    add(lint, "run the linters", more)
    add(
        docs,
        "check the documentation and build its site",
        "The site is .build/site/index.html. It is built without a network.",
    )
    more = "It writes the version, the changelog and .build/release, runs the judges, and prints the remaining steps."
    add(release, "prepare a release", more).add_argument("version", metavar="VERSION", help="for example 1.0.0")
    more = "It writes the results into the documentation, fails if a goal is missed, and needs an idle machine."
    bench_parser = add(bench, "measure time, requests and memory against servers on this machine", more)
    bench_parser.add_argument("part", nargs="?", choices=PARTS, help="measure only this part")
    more = (
        "It reads the account of NODANA_API_KEY with about ten requests, one per second, and prints which fields agree "
        "with tests/simulator/openapi, which differ, and which open points are settled. The report contains no key, id "
        "or secret, so it can be published. NODANA_NODES_API_KEY is another key for nodes. NODANA_API_URL, "
        "NODANA_API_BASE_URL and NODANA_API_ORIGIN select another API."
    )
    contract_parser = add(contract, "compare the real API with what this collection knows of it", more)
    about = "after a question, also create an app of this template, watch it for about a minute, and delete it"
    contract_parser.add_argument("--create", metavar="TEMPLATE", help=about)
    add(clean, "remove what these commands created", "These are the ignored files of this checkout, and its workplace.")
    return top


def demo(arguments: argparse.Namespace) -> int:
    """Run the demo with the Ansible in ``.venv`` and return the exit code."""
    pythons = find_pythons()
    command = [str(install.ensure_venv(pythons)), str(tree.ROOT / "tools" / "demo" / "run.py")]
    if arguments.real:
        if programs.PYTHON not in pythons:
            sys.exit(f"The demo cannot run: {programs.MISSING}.")
        if run.Nox(pythons).run(*programs.NAMES):
            return 1
        command.append("--real")
    return subprocess.call(command)


def test(arguments: argparse.Namespace) -> int:
    """Run the usual stages, or with ``--fast`` only the fast ones, or with ``--full`` all. Return the exit code."""
    if arguments.only and not arguments.full:
        sys.exit("--only needs --full.")
    pythons = find_pythons()
    print(f"Pythons here: {', '.join(map(label, sorted(pythons)))}", flush=True)
    nox = run.Nox(pythons)
    if arguments.fast:
        return run.run_phases(nox, [stages.fast(pythons)])
    if arguments.full:
        return run.run_phases(nox, stages.full(pythons, arguments.only))
    return run.run_phases(nox, stages.usual(pythons, long=arguments.long))


def lint(_arguments: argparse.Namespace) -> int:
    """Run the linters and return the exit code."""
    return run.run_phases(run.Nox(find_pythons()), [stages.lint()])


def docs(_arguments: argparse.Namespace) -> int:
    """Check the documentation, build its site, and return the exit code."""
    return run.Nox(find_pythons()).run("docs")


def release(arguments: argparse.Namespace) -> int:
    """Prepare a release, judge it, print what remains to do, and return the exit code."""
    pythons = find_pythons()
    nox, version = run.Nox(pythons), arguments.version
    if nox.run("release", arguments=[version]):
        return 1
    exit_code = run.run_phases(nox, stages.release(pythons, str(FOLDER / f"nodana-cloud-{version}.tar.gz")))
    rest = FOLDER / "next-steps.txt"
    print("\nMend what failed, then repeat this command." if exit_code else f"\n{rest.read_text(encoding='utf-8')}")
    return exit_code


def bench(arguments: argparse.Namespace) -> int:
    """Run the benchmarks in their own environment and return the exit code."""
    return run.Nox(find_pythons()).run("bench", arguments=[arguments.part] if arguments.part else [])


def contract(arguments: argparse.Namespace) -> NoReturn:
    """Replace this process with the comparison, so that it has the terminal and gets every signal."""
    python = install.ensure_venv(find_pythons(), "contract")
    variables = {**os.environ, "PYTHONPATH": str(tree.refresh("contract").parents[2])}
    command = [str(python), "-m", "ansible_collections.nodana.cloud.tools.contract"]
    os.execve(python, [*command, *filter(None, [arguments.create])], variables)


def clean(_arguments: argparse.Namespace) -> int:
    """Remove everything that the commands created: the files in ``.gitignore``, and the workplace."""
    tree.git(tree.ROOT, "-c", "core.excludesFile=/dev/null", "clean", "-d", "-X", "--force", "--force", "--quiet")
    shutil.rmtree(tree.workplace(), ignore_errors=True)
    print("Clean.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
