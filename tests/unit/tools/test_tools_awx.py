# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection awx.awx, unpacked from a package."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import awx


def test_only_the_collection_is_unpacked_and_once_for_each_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = tmp_path / "awx.txt"
    pins.write_text("ansible==1\n", encoding="utf-8")
    monkeypatch.setattr(awx, "COLLECTIONS", tmp_path / "collections")
    monkeypatch.setattr(awx, "REQUIREMENTS", pins)
    with zipfile.ZipFile(tmp_path / "ansible.whl", "w") as wheel:
        for name in ("awx/awx/MANIFEST.json", "other/other/MANIFEST.json"):
            wheel.writestr(f"ansible_collections/{name}", "{}")
    assert not awx.is_unpacked()
    awx.unpack(tmp_path)
    assert awx.is_unpacked()
    assert [path.name for path in (tmp_path / "collections" / "ansible_collections").iterdir()] == ["awx"]
    pins.write_text("ansible==2\n", encoding="utf-8")
    assert not awx.is_unpacked()
