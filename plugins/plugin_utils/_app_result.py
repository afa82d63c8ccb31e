# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action plugin makes of the module's result: where the secrets are, and how the apps are by now. Pure rules.

A result is about one app (``app``) or, with ``count``, about several (``apps``): then the keys added here are
dictionaries by app id.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._agreed import HANDOVER
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError

Record = dict[str, Any]

HIDDEN = "(not shown: it holds secrets; they are in the receipt that the module wrote)"


def taken_out(result: Record) -> tuple[list[Record], list[str]]:
    """Take the handover out of a result: receipts, and the ids of apps to wait for.

    What Ansible could not read as a result is cleared of secrets, unless they are nowhere else.
    """
    for key in ("module_stdout", "module_stderr"):
        text = str(result.get(key, ""))
        if any(f'"{name}"' in text for name in (HANDOVER, "secrets")) and '"path": null' not in text:
            result[key] = HIDDEN
    handover = result.pop(HANDOVER, None) or {}
    return list(handover.get("receipts") or []), list(handover.get("await") or [])


def failed(error: NodanaError) -> Record:
    """Give the keys of a failure."""
    return {
        "failed": True,
        "msg": str(error),
        "error": {"code": error.code, "name": error.name, "message": error.message},
    }


def fail(result: Record, failure: Record) -> None:
    """Make the result a failure, or a worse one; what it says about the apps stays."""
    before = result.get("msg") if result.get("failed") else None
    if failure.get("error"):
        result.setdefault("error", failure["error"])
    result["failed"] = True
    result["msg"] = f"{before} {failure['msg']}" if before else failure["msg"]


def add_file(result: Record, app_id: str, path: str) -> None:
    """Say where the secrets of an app are."""
    _add(result, "secrets_file", "secrets_files", app_id, path)


def add_stored(result: Record, app_id: str, path: str, names: list[str], checksum: str) -> None:
    """Say where the secrets that this run got are, how they are called, and the checksum of the file's plain text."""
    add_file(result, app_id, path)
    _add(result, "secret_fields", "secret_fields", app_id, names)
    _add(result, "secrets_checksum", "secrets_checksum", app_id, checksum)


def where(result: Record) -> str:
    """Give a sentence that says where the secrets are; an empty one when the result does not know."""
    files = [result["secrets_file"]] if "secrets_file" in result else list((result.get("secrets_files") or {}).values())
    return f"The secrets are safe in {', '.join(files)}." if files else ""


def add_secrets(result: Record, app_id: str, secrets: Record) -> None:
    """Let the result carry secrets that are nowhere else."""
    _add(result, "secrets", "secrets", app_id, secrets)


def add_warnings(result: Record, later: Record) -> None:
    """Add the warnings of a later run. From ansible-core 2.22 on both may hold the same list, that of the task."""
    known = list(result.get("warnings") or [])
    new = [warning for warning in later.get("warnings") or [] if warning not in known]
    if new:
        result["warnings"] = known + new


def bring_up_to_date(result: Record, later: Record) -> None:
    """Replace the apps in the result, and after its difference, by what a later look saw.

    What the task did not change is no difference then either.
    """
    seen = {app["id"]: app for app in apps_of(later)}
    if "app" in result:
        result["app"] = _newer(result["app"], seen)
    if "apps" in result:
        result["apps"] = [_newer(app, seen) for app in result["apps"]]
    diff: Record = result.get("diff") or {}
    before: Any = diff.get("before")
    after: Any = diff.get("after")
    if isinstance(after, dict) and "apps" in after:
        before["apps"] = [_newer(app, seen) if app in after["apps"] else app for app in before["apps"]]
        after["apps"] = [_newer(app, seen) for app in after["apps"]]
    elif isinstance(after, dict):
        diff["before"] = _newer(before, seen) if before == after else before
        diff["after"] = _newer(after, seen)


def apps_of(result: Record) -> list[Record]:
    """Give the apps that a result is about."""
    one = [result["app"]] if result.get("app") else []
    return [app for app in [*one, *(result.get("apps") or [])] if app.get("id")]


def _newer(app: Record, seen: Record) -> Record:
    return {**app, **seen.get(app.get("id") or "", {})}


def _add(result: Record, one: str, many: str, app_id: str, value: Any) -> None:
    if "apps" in result:
        result[many] = {**(result.get(many) or {}), app_id: value}
    else:
        result[one] = value
