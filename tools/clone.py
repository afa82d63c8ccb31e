# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the commands of the README as on a new machine: in a clone of the last commit, with an empty home.

Only pip's settings come from the real home. Afterwards, only the logs remain, in the folder ``.logs`` of this checkout.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .home import PIP_SETTINGS, link, variables
from .tree import ROOT

LOGS = ".logs"
PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> int:
    """Run the demo, then the tests with these arguments. Return 0 if both succeed."""
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
    ):  # a shell ignores SIGINT for commands in the background
        signal.signal(number, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="n"))  # short: socket paths and shebang lines have a limited length
    try:
        clone, environment = prepare(folder)
        demo = run(["python3", "dev.py", "demo"], clone, environment)
        return run(["python3", "dev.py", "test", *arguments], clone, environment) or demo
    except KeyboardInterrupt:
        return 130
    finally:
        keep_logs(folder / "c" / LOGS)
        shutil.rmtree(folder, ignore_errors=True)


def prepare(folder: Path) -> tuple[Path, Mapping[str, str]]:
    """Create a clone, a home and a folder for temporary files. Return the clone's path and its environment."""
    clone, home, temporary = folder / "c", folder / "h", folder / "t"
    # The checkout may belong to another user. The subprocess of git clone that reads it accepts safe.directory only
    # from a configuration file.
    settings = folder / "gitconfig"
    settings.write_text("[safe]\n\tdirectory = *\n", encoding="utf-8")
    git = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)}
    if subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], env=git, check=False).returncode:
        sys.exit(f"{ROOT} could not be cloned.")
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, env=git, check=False, stdout=subprocess.PIPE).stdout:
        print("Changes that are not committed are not tested.", flush=True)
    home.mkdir()
    temporary.mkdir()
    link(home, PIP_SETTINGS)
    environment = {**variables(home), "TMPDIR": str(temporary)}
    environment.pop("PIP_CACHE_DIR", None)
    return clone, environment


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run a command and return its exit code. If this process is stopped, stop the command first."""
    print(f"$ {' '.join(command)}", flush=True)
    # In its own session, the command gets one signal to stop. A second one would interrupt its cleanup.
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=stop_with_parent,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with suppress(ProcessLookupError):  # it has just ended
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise


def stop_with_parent() -> None:
    """Request SIGTERM for this process when its parent ends, even if the parent is killed. Works only on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def keep_logs(logs: Path) -> None:
    """Replace the logs of this checkout with these."""
    if logs.is_dir():
        shutil.rmtree(ROOT / LOGS, ignore_errors=True)
        shutil.copytree(logs, ROOT / LOGS, dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
