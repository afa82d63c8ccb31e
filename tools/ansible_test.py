# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of ansible-test: a writable home, and pip's bootstrap script if the network blocks its download."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from .home import make_home

# ansible-test downloads a script that installs pip into its environments. Its version depends on ansible-core.
BOOTSTRAP_URL = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
BOOTSTRAP_VERSIONS = ("23.1.2", "24.2", "25.2")
BOOTSTRAP_STAND_IN = """\
# Stands in for get-pip.py where its host cannot be reached: Python's own pip installs what was asked for.
import os
import subprocess
import sys

os.environ.pop("GET_PIP", None)
subprocess.check_call([sys.executable, "-m", "ensurepip"])
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *arguments]))
"""


def environment() -> dict[str, str]:
    """Return the environment variables for ansible-test.

    Create its home and, if their host cannot be reached, replacements for pip's bootstrap scripts.
    """
    home = make_home()
    seed_bootstrap(home / ".ansible" / "test" / "cache")
    return {"HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}


def seed_bootstrap(cache: Path) -> None:
    """Write a replacement for each bootstrap script that is not cached, unless the host of the scripts responds."""
    cache.mkdir(parents=True, exist_ok=True)
    lacking = {version: cache / f"get_pip_{version.replace('.', '_')}.py" for version in BOOTSTRAP_VERSIONS}
    lacking = {version: path for version, path in lacking.items() if not path.exists()}
    if not lacking or reachable(BOOTSTRAP_URL.format(version=BOOTSTRAP_VERSIONS[-1])):
        return
    for path in lacking.values():
        path.write_text(BOOTSTRAP_STAND_IN, encoding="utf-8")


def reachable(url: str) -> bool:
    """Return whether ``url`` responds within five seconds. Like ansible-test, use no proxies."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, method="HEAD"), timeout=5):
            return True
    except OSError:
        return False


def targets(collection: Path) -> list[str]:
    """Return the names of the integration targets that must run: all except the hidden ones."""
    folder = collection / "tests" / "integration" / "targets"
    return sorted(path.parent.name for path in folder.glob("*/aliases") if "hidden" not in path.read_text().split())
