# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The choice of a Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import python
from ansible_collections.nodana.cloud.tools.python import Python


def program(path: Path, text: str) -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


class TestProbe:
    def test_this_python_answers_with_its_version(self) -> None:
        found = python.probe(sys.executable)
        assert found is not None
        assert found.version == sys.version_info[:2]
        assert Path(found.path).exists()

    def test_a_shim_that_does_not_start_is_no_python(self, tmp_path: Path) -> None:
        shim = program(tmp_path / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
        assert python.probe(str(shim)) is None

    def test_a_missing_program_is_no_python(self, tmp_path: Path) -> None:
        assert python.probe(str(tmp_path / "python3")) is None

    @pytest.mark.parametrize(("minor", "final"), [(8, "true"), (13, "false")])
    def test_old_and_unreleased_ones_do_not_count(self, tmp_path: Path, minor: int, final: str) -> None:
        answer = f'{{"version": [3, {minor}], "path": "/x", "final": {final}, "can_venv": true}}'
        assert python.probe(str(program(tmp_path / "python3", f"echo '{answer}'"))) is None


class TestCandidates:
    def test_pyenv_versions_are_found_and_its_shims_are_not(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = program(tmp_path / "versions" / "3.12.1" / "bin" / "python3.12", "")
        shim = program(tmp_path / "shims" / "python3.12", "")
        monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path / "shims"))
        found = python.candidates()
        assert str(kept) in found
        assert str(shim) not in found

    def test_other_programs_are_left_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("python3-config", "python3.12-config", "python2.7"):
            program(tmp_path / name, "")
        monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
        monkeypatch.setenv("PATH", str(tmp_path))
        assert python.candidates() == [sys.executable]


OLD, MIDDLE, NEW = Python((3, 10), "/a", True), Python((3, 12), "/b", True), Python((3, 13), "/c", False)


class TestChoice:
    def test_the_newest_that_can_make_environments_wins(self) -> None:
        assert python.newest(python.best_of([OLD, MIDDLE, NEW]), (3, 11), (3, 14)) == MIDDLE

    def test_none_within_the_bounds_is_none(self) -> None:
        assert python.newest(python.best_of([OLD, MIDDLE]), (3, 13), (3, 14)) is None

    def test_of_one_version_the_one_that_can_make_environments_is_kept(self) -> None:
        able = Python(NEW.version, "/d", True)
        assert python.best_of([NEW, able, Python(NEW.version, "/e", True)]) == {NEW.version: able}

    def test_the_search_path_starts_with_the_newest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/usr/bin:/old/bin")
        pythons = [Python((3, 9), "/old/bin/python3.9", True), Python((3, 13), "/new/bin/python3.13", True)]
        assert python.search_path(pythons) == "/new/bin:/old/bin:/usr/bin"
