# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the services of an app, and update a service to a newer version."""

from __future__ import annotations

import re

from .. import _polling
from .._client.api import list_services
from .._client.status import is_running, is_stopped, is_up
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Conflict, NotFound
from .._protocol import Record
from .app_lookup import find_app


def ensure_service(context: ModuleContext) -> None:
    """Find one service and update it if requested, for the module ``nodana_service``."""
    options = context.options
    app_id = _app_id(context)
    service = select_service(list_services(context.api, app_id), options["service"], app_id)
    _report(context, service, service)
    if not wants_update(service["version"], options["state"], options["version"]):
        return
    from . import update_notes

    title = f"{service['service']} of {app_id}"
    note = update_notes.warning(service["service"], title, service["version"], options["version"])
    context.result.warnings += [note] if note else []
    if not context.check_mode:
        _report(context, service, update_service(context, service))
        _check_version(service, context.result.values["service"]["version"], options["version"])
    elif options["version"] is not None:
        _report(context, service, {**service, "version": options["version"], "updated_at": None})
    else:
        context.result.warnings.append(
            f"Check mode cannot predict whether an update changes {service['service']}: the API does not show whether "
            f"a version newer than {service['version']} exists."
        )


def gather_services(context: ModuleContext) -> None:
    """List the services of an app, for the module ``nodana_service_info``."""
    context.result.values["services"] = list_services(context.api, _app_id(context))


def select_service(services: list[Record], wanted: str | None, app_id: str) -> Record:
    """Return the service with this id, slug or name, or the only service if ``wanted`` is None.

    Raises NotFound if no service matches, and Conflict if several match.
    """
    there = ", ".join(f"{service['service']} ({service['id']}, {service['slug']})" for service in services)
    matches = services
    if wanted is not None:
        for key in ("id", "slug", "service"):
            matches = [service for service in services if service[key] == wanted]
            if matches:
                break
    if not matches:
        what = f"no service {wanted}" if wanted else "no service"
        raise NotFound(
            f"{app_id} has {what}",
            advice=f"Its services are {there}." if there else "A new app has services as soon as it is ready.",
        )
    if len(matches) > 1:
        raise Conflict(f"{app_id} has several services: {there}", advice="Set the option service to one of them.")
    return matches[0]


def wants_update(current: str | None, state: str, wanted: str | None) -> bool:
    """Return whether an update must be requested. Raises Conflict if the wanted version is older than the current."""
    if wanted is None:
        return state == "latest"
    if current == wanted:
        return False
    have, spec = _numbers(current), _numbers(wanted)
    if have and spec and have > spec:
        raise Conflict(
            f"The service is at version {current}, which is newer than the requested {wanted}",
            advice="An update never leads to an older version.",
        )
    return True


def _app_id(context: ModuleContext) -> str:
    options = context.options
    if options["app"] is not None:
        return options["app"]
    return find_app(context.catalog, {**options, "id": None})["id"]


def update_service(context: ModuleContext, service: Record) -> Record:
    """Request the update, wait for it if requested, and return the service."""
    reached = None

    def shows() -> bool:
        return bool(_read(context, service)["version"] != service["version"])

    try:
        reached = context.api.update_service(service["app_id"], service["id"], shows).get("version")
    except AmbiguousOutcome as error:
        now = _read(context, service)
        if now["version"] == service["version"]:
            error.message += f"; the version is still {service['version']}"
            error.advice = "Run the task again."
            raise
        reached = now["version"]
    if reached == service["version"]:
        return service
    context.result.changed = reached is not None
    if not context.options["wait"]:
        return {**service, "version": reached or service["version"]}
    return _polling.poll(
        lambda: _read(context, service),
        lambda now: (reached is None or now["version"] == reached) and _settled(now, service),
        event=f"{service['service']} of {service['app_id']} to run version {reached or 'new'}",
        timeout=context.options["wait_timeout"],
        every=context.poll_interval,
        clock=context.clock,
    )


def _settled(now: Record, before: Record) -> bool:
    return is_running(now) or (is_stopped(now) and not is_up(before))


def _read(context: ModuleContext, service: Record) -> Record:
    return select_service(list_services(context.api, service["app_id"]), service["id"], service["app_id"])


def _report(context: ModuleContext, before: Record, after: Record) -> None:
    changed = before["version"] != after["version"]
    context.result.report(changed=changed, before=before, after=after)
    context.result.values["service"] = {**after, "previous_version": before["version"]}


def _check_version(before: Record, reached: str | None, wanted: str | None) -> None:
    if wanted is not None and reached != wanted:
        raise Conflict(
            f"The update changed the version from {before['version']} to {reached}, not to the requested {wanted}",
            advice="Nodana chooses the version of an update.",
        )


def _numbers(version: str | None) -> tuple[int, ...]:
    """Return the numbers of a version like 0.7.2 or v1.0, or an empty tuple if it cannot be compared."""
    text = (version or "").removeprefix("v")
    return tuple(int(part) for part in text.split(".")) if re.fullmatch(r"\d+(\.\d+)*", text) else ()
