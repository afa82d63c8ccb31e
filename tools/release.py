# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepare a release: its version, its changelog, its archive, and the texts of its tag and announcement.

The nox session release runs this module with a version as argument. The archive and the texts are in ``FOLDER``.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import archive, tree

FOLDER = tree.ROOT / ".build" / "release"
TRANSPORT = tree.ROOT / "plugins" / "module_utils" / "_client" / "transport.py"
VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
# The sections of the release notes that the announcement contains, and the new content that it names.
ANNOUNCED = {
    "breaking_changes": "Breaking changes",
    "security_fixes": "Security fixes",
    "known_issues": "Known issues",
}
CONTENT = {
    "modules": "Modules",
    "inventory": "Inventory plugins",
    "lookup": "Lookup plugins",
    "filter": "Filters",
    "role": "Roles",
    "playbook": "Playbooks",
}


def main(version: str) -> None:
    """Prepare the release in this checkout. Exits with a message if that is not possible.

    If the changelog contains the version already, the archive and the texts are made again from the same files.
    """
    prepare(version)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    built = archive.build(tree.refresh("release-source"), FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        again = archive.build(tree.refresh("release-source-again"), Path(folder))
        if again.read_bytes() != built.read_bytes():
            sys.exit(f"{built.name} differs when it is built again from the same files.")
    texts = {"tag.txt": tag(version), "announcement.md": announcement(version), "next-steps.txt": next_steps(version)}
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{built}\nsha256 {hashlib.sha256(built.read_bytes()).hexdigest()}", flush=True)


def prepare(version: str) -> None:
    """Write the version to galaxy.yml and the transport, and the fragments to the changelog.

    Exits if the version is not possible.
    """
    fragments = sorted(path.name for path in (tree.ROOT / "changelogs" / "fragments").glob("*.yml"))
    metadata = tree.ROOT / "galaxy.yml"
    if not VERSION.fullmatch(version):
        sys.exit(f"{version} is not a semantic version such as 1.2.0.")
    if version in archive.releases(tree.ROOT) and version == archive.read_yaml(metadata)["version"] and not fragments:
        return
    newest = max(archive.releases(tree.ROOT), key=numbers, default="")
    if newest and numbers(version) <= numbers(newest):
        sys.exit(
            f"{version} is not higher than {newest}, the last release. To prepare it again, restore CHANGELOG.md, "
            f"changelogs and galaxy.yml of the commit before. New fragments: {', '.join(fragments) or 'none'}"
        )
    if changes := tree.git(tree.ROOT, "status", "--porcelain"):
        sys.exit(f"Commit or remove these changes first, because they would become part of the release:\n{changes}")
    if not fragments:
        sys.exit("There is nothing to release: changelogs/fragments is empty.")
    for path, pattern, line in (
        (metadata, r"(?m)^version: .*$", f"version: {version}"),
        (TRANSPORT, r'(?m)^(USER_AGENT = "nodana\.cloud/)\S+', rf"\g<1>{version}"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(pattern, line, text, count=1), encoding="utf-8")
    today = datetime.now(timezone.utc).date().isoformat()
    command = ["antsibull_changelog", "release", "--version", version, "--date", today]
    subprocess.run([sys.executable, "-m", *command], cwd=tree.ROOT, check=True)


def tag(version: str) -> str:
    """Return the message of the tag: the summary of the release."""
    return f"nodana.cloud {version}\n\n{textwrap.fill(summary(version), 72)}\n"


def announcement(version: str) -> str:
    """Return the announcement: the summary, what is new, the important changes, and where to read more."""
    released = archive.releases(tree.ROOT)[version]
    changes = released.get("changes", {})
    new: Mapping[str, Any] = {
        "modules": released.get("modules"),
        **released.get("plugins", {}),
        **released.get("objects", {}),
    }
    parts = [f"# nodana.cloud {version}", summary(version)]
    names = {
        title: sorted(f"`nodana.cloud.{one['name']}`" for one in new.get(kind) or ()) for kind, title in CONTENT.items()
    }
    parts += ["\n".join(f"- New {title.lower()}: {', '.join(found)}" for title, found in names.items() if found)]
    for section, title in ANNOUNCED.items():
        if section in changes:
            lines = "\n".join(f"- {line}" for line in changes[section]).replace("``", "`")
            parts += [f"## {title}", lines]
    metadata = archive.read_yaml(tree.ROOT / "galaxy.yml")
    parts += [
        f"Install it with `ansible-galaxy collection install nodana.cloud:{version}`.",
        f"[Release notes]({metadata['repository']}/blob/{version}/CHANGELOG.md), "
        f"[documentation]({metadata['documentation']})",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def next_steps(version: str) -> str:
    """Return the text that lists what remains to do after the judges."""
    folder = FOLDER.relative_to(tree.ROOT)
    return f"""Release {version} is prepared. Read CHANGELOG.md and {folder}/announcement.md, then run:

    git add --all && git commit -m "Release {version}"
    git tag --annotate --file {folder}/tag.txt {version}
    git push origin HEAD {version}
    ansible-galaxy collection publish {folder}/nodana-cloud-{version}.tar.gz

Then publish .build/site as the site of the documentation, and the announcement. These judges run only after an upload:
the import of Galaxy and of Automation Hub, and the certification by Red Hat.
"""


def summary(version: str) -> str:
    """Return the summary of a release in the changelog."""
    return " ".join(str(archive.releases(tree.ROOT)[version]["changes"].get("release_summary", "")).split())


def numbers(version: str) -> tuple[list[int], bool, str]:
    """Return a key that sorts versions. A version with a suffix such as ``-beta.1`` is before the one without."""
    base, _dash, suffix = version.partition("-")
    return [int(number) for number in base.split(".")], not suffix, suffix


if __name__ == "__main__":
    main(*sys.argv[1:])
