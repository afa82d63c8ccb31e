# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that the action plugin makes to a module's result: the location of the secrets and newer app records.

The functions do no I/O. A result has one app (``app``) or, with ``count``, several (``apps``). For several apps, the
keys that are added here are dictionaries by app id.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, Unreadable
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import HANDOVER, Handover, Record, SealedHandover
from ansible_collections.nodana.cloud.plugins.module_utils._seal import unseal

HIDDEN = "(not shown because it contains secrets; the receipt that the module wrote also contains them)"
_SINGLE = ("app", "node")
"""The keys of a result for a single record."""
_IN_OUTPUT = re.compile(rf'"{HANDOVER}": (\{{[^{{}}]*\}})')


def take_handover(result: Record) -> Handover:
    """Remove the handover from a module's result and return it.

    If Ansible could not parse the result, read the handover from the module's output. Replace that output, because it
    contains secrets, unless it is their only copy. Raises Unreadable if the handover is damaged; the error names the
    receipts.
    """
    handed: Any = result.pop(HANDOVER, None)
    for key in ("module_stdout", "module_stderr"):
        text = str(result.get(key, ""))
        if f'"{HANDOVER}"' in text:
            handed = handed or _in_output(text)
            result[key] = text if '"on_disk": false' in text else HIDDEN
    if not handed:
        return Handover([], [])
    sealed = SealedHandover.from_json(handed)
    try:
        return Handover.from_json(unseal(sealed.sealed))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(result, sealed) from error


def _in_output(text: str) -> Any:
    found = _IN_OUTPUT.search(text)
    try:
        return json.loads(found[1]) if found else {}
    except ValueError:
        return {}


def _damaged(result: Record, handed: SealedHandover) -> Unreadable:
    if handed.sealed and not handed.on_disk:
        result[HANDOVER] = handed.to_json()
    apps = ", ".join(f"{app['id']} ({app.get('template')})" for app in apps_of(result)) or "the new apps"
    places = f"the receipt {', '.join(handed.receipts)}" if handed.receipts else "the receipt that the module wrote"
    return Unreadable(
        f"The secrets of {apps} were damaged on the way to the controller, so nothing was stored or removed",
        advice=f"They are unencrypted in {places}, on the machine where the module ran. Keep a copy.",
    )


def failure_of(error: NodanaError) -> Record:
    """Return the result keys of a failure."""
    return {
        "failed": True,
        "msg": str(error),
        "error": {"code": error.code, "name": error.name, "message": error.message},
    }


def mark_failed(result: Record, failure: NodanaError | Record) -> None:
    """Mark the result as failed by an error, or by the failed result of a module.

    Keep its app records and its first error, and append the message to the first one.
    """
    if isinstance(failure, NodanaError):
        failure = failure_of(failure)
    before = result.get("msg") if result.get("failed") else None
    if failure.get("error"):
        result.setdefault("error", failure["error"])
    result["failed"] = True
    result["msg"] = f"{before} {failure['msg']}" if before else failure["msg"]


def add_file(result: Record, app_id: str, path: str) -> None:
    """Add the path of an app's secrets file to the result."""
    _add(result, "secrets_file", "secrets_files", app_id, path)


def add_stored(result: Record, app_id: str, path: str, names: list[str], checksum: str) -> None:
    """Add the path of the file that this run stored, the names of its secrets, and the checksum of its plain text."""
    add_file(result, app_id, path)
    _add(result, "secret_fields", "secret_fields", app_id, names)
    _add(result, "secrets_checksum", "secrets_checksum", app_id, checksum)


def describe_location(result: Record) -> str:
    """Return a sentence that names the secrets files, or an empty string if the result has none."""
    files = [result["secrets_file"]] if "secrets_file" in result else list((result.get("secrets_files") or {}).values())
    return f"The secrets are stored in {', '.join(files)}." if files else ""


def add_secrets(result: Record, app_id: str, secrets: Record) -> None:
    """Add the secrets of an app to the result."""
    _add(result, "secrets", "secrets", app_id, secrets)


def add_warnings(result: Record, later: Record) -> None:
    """Add the new warnings of a later run of the module.

    From ansible-core 2.22 on, both results can hold the same list, that of the task, so duplicates are left out.
    """
    known = list(result.get("warnings") or [])
    new = [warning for warning in later.get("warnings") or [] if warning not in known]
    if new:
        result["warnings"] = known + new


def update_apps(result: Record, later: Record) -> None:
    """Update the app records in the result and in its diff with the records of a later run of the module.

    An app that the task did not change gets the newer record on both sides of the diff, so it shows no difference.
    """
    seen = {app["id"]: app for app in apps_of(later)}
    for key in _SINGLE:
        if key in result:
            result[key] = _newer(result[key], seen)
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
    """Return the records of the apps or the node in a result."""
    one = [result[key] for key in _SINGLE if result.get(key)]
    return [app for app in [*one, *(result.get("apps") or [])] if app.get("id")]


def _newer(app: Record, seen: Record) -> Record:
    return {**app, **seen.get(app.get("id") or "", {})}


def _add(result: Record, one: str, many: str, app_id: str, value: Any) -> None:
    if "apps" in result:
        result[many] = {**(result.get(many) or {}), app_id: value}
    else:
        result[one] = value
