# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The surroundings that ansible-test needs: a home to write to, and pip's bootstrap where the network hides it."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from .home import make_home

# ansible-test puts pip into its environments with a script it downloads; the version depends on ansible-core.
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
    """Give the variables ansible-test runs with; makes its home and, on a closed network, pip's bootstrap scripts."""
    home = make_home()
    seed_bootstrap(home / ".ansible" / "test" / "cache")
    return {"HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}


def seed_bootstrap(cache: Path) -> None:
    """Write the stand-in for each bootstrap script that is neither cached nor downloadable."""
    cache.mkdir(parents=True, exist_ok=True)
    lacking = {version: cache / f"get_pip_{version.replace('.', '_')}.py" for version in BOOTSTRAP_VERSIONS}
    lacking = {version: path for version, path in lacking.items() if not path.exists()}
    if not lacking or reachable(BOOTSTRAP_URL.format(version=BOOTSTRAP_VERSIONS[-1])):
        return
    for path in lacking.values():
        path.write_text(BOOTSTRAP_STAND_IN, encoding="utf-8")


def reachable(url: str) -> bool:
    """Tell whether url answers within five seconds, asked as ansible-test asks: without proxies."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, method="HEAD"), timeout=5):
            return True
    except OSError:
        return False


def targets(collection: Path) -> list[str]:
    """Give the names of the integration targets that must run: all but the hidden ones."""
    folder = collection / "tests" / "integration" / "targets"
    return sorted(path.parent.name for path in folder.glob("*/aliases") if "hidden" not in path.read_text().split())
