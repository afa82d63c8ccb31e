# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore report: compare secrets files with existing apps and nodes. The functions do no I/O."""

from __future__ import annotations

import os

from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps.credentials import CLAIMS
from .account import title


def restore_rows(
    files: list[Record],
    apps: list[Record],
    *,
    deleted_are_fine: bool,
    elsewhere_is_fine: bool,
    source: str = "apps",
) -> list[Record]:
    """Return a row for each file, and one for each phoenixd among apps and nodes that has no readable file.

    ``source`` is what was listed: apps, nodes or all. ``apps`` are all of these.
    ``problem`` is empty if the row has no problem. ``result`` and ``seed`` are texts for a table.
    """
    existing = {app["id"] for app in apps}
    stored = {file["app_id"] for file in files if not file["problem"] and not _is_claim(file)}
    of_files = [
        _of_file(file, "" if file["app_id"] in existing else _missing(file, source), deleted_are_fine) for file in files
    ]
    without = [app for app in apps if "phoenixd" in str(app["template"]) and app["id"] not in stored]
    return [*of_files, *(_of_app(app, elsewhere_is_fine) for app in without)]


def _is_claim(file: Record) -> bool:
    """Return whether the file only contains credentials that this collection generated."""
    return os.path.basename(os.path.dirname(file["path"])) == CLAIMS


def _missing(file: Record, source: str) -> str:
    """Return what is missing for a file whose app or node was not listed. The file of a node has no project."""
    if source == "all":
        return "the app or node does not exist"
    is_of = "nodes" if file["template"] == "phoenixd" and not file["project_id"] else "apps"
    hint = "" if is_of == source else f"; {is_of} were not listed (see nodana_source)"
    return f"the {source.removesuffix('s')} does not exist{hint}"


def _of_file(file: Record, missing: str, deleted_are_fine: bool) -> Record:
    damage = file["problem"] or (file["seed_problem"] and f"the seed phrase is damaged: {file['seed_problem']}")
    fault = damage or ("" if deleted_are_fine else missing)
    return {
        "file": os.path.basename(file["path"]),
        "app_id": file["app_id"],
        "template": file["template"],
        "seed": {"": "valid", None: ""}.get(file["seed_problem"], "damaged"),
        "result": damage or missing or ("ok" if file["encrypted"] else "ok, but not encrypted"),
        "problem": f"{file['path']}: {fault}" if fault else "",
    }


def _of_app(app: Record, elsewhere_is_fine: bool) -> Record:
    result = "has no readable file"
    name = title(app) if is_node(app) else f"{app['id']} ({app['template']})"
    return {
        "file": "",
        "app_id": app["id"],
        "template": app["template"],
        "seed": "",
        "result": result,
        "problem": "" if elsewhere_is_fine else f"{name} {result}",
    }
