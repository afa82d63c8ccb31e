# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive that users install."""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "ansible_collections.nodana.cloud"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the extracted archive."""
    folder = tmp_path_factory.mktemp("archive")
    command = [
        sys.executable,
        "-m",
        "ansible",
        "galaxy",
        "collection",
        "build",
        "--output-path",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.tar.gz")
    with tarfile.open(path) as file:
        file.extractall(folder, filter="data")
    return folder


def imported(path: Path, root: Path) -> Iterator[str]:
    """Yield the dotted names of this collection that a file imports, without the name of the collection."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join([COLLECTION, *package[: len(package) - node.level + 1], *filter(None, [node.module])])
            names = [f"{base}.{alias.name}" for alias in node.names] if node.module is None else [base]
        elif isinstance(node, ast.ImportFrom):
            whole = node.module == COLLECTION or (node.module or "").endswith((".tests", ".plugins"))
            names = [f"{node.module}.{alias.name}" for alias in node.names] if whole else [str(node.module)]
        else:
            continue
        yield from (name[len(COLLECTION) + 1 :] for name in names if name.startswith(f"{COLLECTION}."))


def test_no_file_imports_what_the_archive_lacks(archive: Path) -> None:
    lacking = {
        f"{path.relative_to(archive)}: {name}"
        for path in archive.rglob("*.py")
        for name in imported(path, archive)
        for target in [archive.joinpath(*name.split("."))]
        if not target.is_dir() and not target.with_suffix(".py").is_file()
    }
    assert not lacking


def test_it_has_what_users_run_and_nothing_for_developers_only(archive: Path) -> None:
    assert (archive / "plugins" / "modules" / "nodana_app.py").is_file()
    assert (archive / "tests" / "simulator" / "__main__.py").is_file()
    for name in ("dev.py", "noxfile.py", "tools", "requirements", ".ci", "tests/bench", "tests/campaigns"):
        assert not (archive / name).exists(), name
