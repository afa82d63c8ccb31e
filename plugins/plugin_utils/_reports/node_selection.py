# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selection of nodes by name or id. The functions do no I/O."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .account import title


def select_named(nodes: list[Record], wanted: object) -> Record:
    """Return ``nodes``, those with a wanted name or id, and ``problems``, a sentence for each entry to refuse.

    ``wanted`` is a list, or a text with an entry on each line. Each entry must identify exactly one node. Without any
    entry, no node is selected, and that is a problem.
    """
    lines = wanted if isinstance(wanted, list) else str(wanted).splitlines()
    entries = list(dict.fromkeys(str(line).strip() for line in lines if str(line).strip()))
    found: dict[str, Record] = {}
    problems = [] if entries else ["No node is named"]
    for entry in entries:
        matches = [node for node in nodes if entry in (node["id"], node["name"])]
        if len(matches) == 1:
            found[matches[0]["id"]] = matches[0]
        elif matches:
            problems.append(f"Several nodes match {entry}, use an id: {', '.join(map(title, matches))}")
        else:
            problems.append(f"There is no node {entry}")
    return {"nodes": list(found.values()), "problems": problems}
