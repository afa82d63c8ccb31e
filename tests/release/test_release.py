# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The release of 1.0.0, prepared in a repository of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml
from ansible_collections.nodana.cloud.tools import archive

ROOT = Path(__file__).resolve().parents[2]
VERSION = "1.0.0"
TRANSPORT = "plugins/module_utils/_client/transport.py"
NAME = f"nodana-cloud-{VERSION}.tar.gz"
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def make_repository(folder: Path) -> Path:
    """Commit the files of this collection to a new repository, and return its path."""
    repository = folder / "repository"
    shutil.copytree(ROOT, repository, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__", "output"))
    transport = repository / TRANSPORT
    transport.write_text(transport.read_text().replace(f"nodana.cloud/{VERSION} ", "nodana.cloud/0.9.0 "))
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--message", "All files")
    return repository


def git(repository: Path, *arguments: str) -> str:
    """Run git and return the output."""
    return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True).stdout


def release(repository: Path, version: str = VERSION) -> subprocess.CompletedProcess[str]:
    """Prepare a release in the repository, and return what ran."""
    temporary = repository.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-B", "-m", "tools.release", version]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.run(command, cwd=repository, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which the release is prepared."""
    repository = make_repository(tmp_path_factory.mktemp("release"))
    result = release(repository)
    assert result.returncode == 0, result.stderr
    return repository


def test_only_the_version_the_changelog_and_its_fragments_change(prepared: Path) -> None:
    changes = {line[3:]: line[:2] for line in git(prepared, "status", "--porcelain").splitlines()}
    changes.pop("galaxy.yml", None)  # may have had this version before
    assert {path: kind for path, kind in changes.items() if "fragments/" not in path} == {
        "CHANGELOG.md": " M",
        "changelogs/changelog.yaml": " M",
        TRANSPORT: " M",
    }
    assert {kind for path, kind in changes.items() if "fragments/" in path} == {" D"}
    assert yaml.safe_load((prepared / "galaxy.yml").read_text())["version"] == VERSION
    assert f'USER_AGENT = "nodana.cloud/{VERSION} (' in (prepared / TRANSPORT).read_text()


def test_the_release_notes_name_every_playbook_module_and_role(prepared: Path) -> None:
    notes = (prepared / "CHANGELOG.md").read_text().replace("\\", "")
    new_playbooks = notes.partition("### New Playbooks")[2].partition("### ")[0]
    assert PLAYBOOKS
    assert [name for name in PLAYBOOKS if f"* nodana.cloud.{name} - " not in new_playbooks] == []
    assert [name for name in (*MODULES, "node") if f"* nodana.cloud.{name} - " not in notes] == []


def test_every_file_has_a_licence(prepared: Path) -> None:
    result = subprocess.run(["reuse", "lint"], cwd=prepared, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_archive_can_be_installed(prepared: Path, tmp_path: Path) -> None:
    path = prepared / ".build" / "release" / NAME
    # Without PYTHONPATH, or Ansible would find the tested copy first.
    environment = {**os.environ, "PYTHONPATH": "", "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]
    install = [*galaxy, "install", "--offline", "--collections-path", str(tmp_path), str(path)]
    subprocess.run(install, env=environment, check=True, capture_output=True)
    verify = [*galaxy, "verify", "--offline", "nodana.cloud"]
    result = subprocess.run(verify, env=environment, check=False, capture_output=True, text=True)
    assert "Successfully verified" in result.stdout, result.stderr
    manifest = json.loads((tmp_path / "ansible_collections/nodana/cloud/MANIFEST.json").read_text())
    assert manifest["collection_info"]["version"] == VERSION


def test_times_modes_and_place_of_the_files_do_not_change_the_archive(prepared: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "place"
    shutil.copytree(
        prepared, other, symlinks=True, copy_function=shutil.copy, ignore=shutil.ignore_patterns(".git", "__pycache__")
    )
    (other / "changelogs" / "fragments").rmdir()  # git keeps no empty folder
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700 if path.is_dir() or path.stat().st_mode & 0o100 else 0o600)
    again = archive.build(other, tmp_path)
    assert again.read_bytes() == (prepared / ".build" / "release" / NAME).read_bytes()
    with tarfile.open(again) as file:
        assert {(entry.uid, entry.gid, entry.uname, entry.gname) for entry in file} == {(0, 0, "", "")}
        (time,) = {entry.mtime for entry in file}
    day = yaml.safe_load((prepared / "changelogs" / "changelog.yaml").read_text())["releases"][VERSION]["release_date"]
    assert datetime.fromtimestamp(time, timezone.utc).isoformat() == f"{day}T00:00:00+00:00"


def test_the_texts_have_the_summary_and_the_new_content(prepared: Path) -> None:
    folder = prepared / ".build" / "release"
    announcement = (folder / "announcement.md").read_text()
    assert [name for name in (*PLAYBOOKS, *MODULES) if f"`nodana.cloud.{name}`" not in announcement] == []
    message = (folder / "tag.txt").read_text()
    assert message.startswith(f"nodana.cloud {VERSION}\n\nFirst release.")
    assert " ".join(message.split()[2:]) in announcement
    assert NAME in (folder / "next-steps.txt").read_text()


def test_a_second_run_makes_the_same_archive_and_a_third_one_refuses_new_fragments(prepared: Path) -> None:
    path = prepared / ".build" / "release" / NAME
    before, changes = path.read_bytes(), git(prepared, "status", "--porcelain")
    assert release(prepared).returncode == 0
    assert path.read_bytes() == before
    assert git(prepared, "status", "--porcelain") == changes
    fragment = prepared / "changelogs" / "fragments" / "late.yml"
    fragment.write_text("bugfixes:\n  - nodana_app - a late change.\n")
    try:
        assert "1.0.0 is not higher than 1.0.0, the last release." in release(prepared).stderr
        assert "New fragments: late.yml" in release(prepared).stderr
        assert "Commit or remove these changes first" in release(prepared, "1.0.1").stderr
    finally:
        fragment.unlink()


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.0", "1.0 is not a semantic version"),
        ("0.9.0", "0.9.0 is not higher than 1.0.0"),
        ("v1.0.1", "v1.0.1 is not a"),
    ],
)
def test_other_versions_are_refused(prepared: Path, version: str, message: str) -> None:
    result = release(prepared, version)
    assert result.returncode == 1
    assert message in result.stderr
