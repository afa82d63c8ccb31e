# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive of the collection that users install. The same files lead to the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any


def build(collection: Path, folder: Path) -> Path:
    """Build the archive of a collection in ``folder`` and return its path.

    ansible-galaxy decides which files it contains. Order, owners, modes and times do not depend on this machine. The
    time is the start of the day of the last release.
    """
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "ansible", "galaxy", "collection", "build", "--output-path", temporary]
        subprocess.run([*command, str(collection)], check=True, stdout=subprocess.DEVNULL)
        (built,) = Path(temporary).glob("*.tar.gz")
        with tarfile.open(built) as source:
            members = {entry.name: entry for entry in source.getmembers()}
            files = {name: source.extractfile(entry) for name, entry in members.items() if entry.isfile()}
            content = {name: file.read() for name, file in files.items() if file}
    sort_files(content)
    time = release_time(collection)
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as target:
        for name in sorted(members, key=lambda name: (name not in ("MANIFEST.json", "FILES.json"), name)):
            entry, file = members[name], content.get(name, b"")
            entry.uid, entry.gid, entry.uname, entry.gname, entry.pax_headers = 0, 0, "", "", {}
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            entry.size, entry.mtime = len(file), time
            target.addfile(entry, io.BytesIO(file))
    archive = folder / built.name
    archive.write_bytes(gzip.compress(data.getvalue(), mtime=time))
    return archive


def sort_files(content: dict[str, bytes]) -> None:
    """Sort the list of files in FILES.json, and write its new checksum to MANIFEST.json."""
    files, manifest = json.loads(content["FILES.json"]), json.loads(content["MANIFEST.json"])
    files["files"].sort(key=lambda file: file["name"])
    content["FILES.json"] = json.dumps(files, indent=1).encode()
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(content["FILES.json"]).hexdigest()
    content["MANIFEST.json"] = json.dumps(manifest, indent=1).encode()


def release_time(collection: Path) -> int:
    """Return the start of the day of the last release in the changelog, in seconds since 1970. Return 0 without one."""
    days = [entry["release_date"] for entry in releases(collection).values()]
    day = date.fromisoformat(max(days)) if days else date(1970, 1, 1)
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp())


def releases(collection: Path) -> Mapping[str, Any]:
    """Return the releases in the changelog of a collection by version."""
    found: Mapping[str, Any] = read_yaml(collection / "changelogs" / "changelog.yaml")["releases"]
    return found


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. dev.py imports this module without the package yaml."""
    import yaml

    return yaml.safe_load(path.read_text(encoding="utf-8"))
