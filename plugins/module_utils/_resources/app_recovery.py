# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recover unfinished creations of earlier runs.

A run that was killed leaves a receipt. The receipt holds a response whose secrets are not stored yet, or it belongs to
a creation with an unknown outcome. In the second case there may be an app that is billed and whose secrets are lost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection

from .. import _polling
from .._client import records
from .._client.create_response import may_hold_secrets, read_receipt
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Conflict, NodanaError, NotFound, WaitTimeout
from .._local import process, state_dir
from .._local.process import boot
from .._local.receipts import Receipt
from .._protocol import Record
from . import handover

Look = Callable[[], "list[Record]"]

PATIENCE = 10.0
"""Request intervals after which a new app shows in the lists, if its create response was lost."""
FRESH = 120.0
"""Seconds after the request of a creation during which recovery polls for its app. Later, one look is enough."""


def hand_over(context: ModuleContext) -> None:
    """Hand over the secrets in receipts of earlier runs.

    Without ``secrets_dir``, and in check mode, warn where the secrets are instead.
    """
    for receipt in context.creations.pending():
        held = None if _is_looked_after(context, receipt) else read_receipt(receipt)
        if held and context.options.get("secrets_dir") and not context.check_mode:
            handover.add(context.result, receipt, *held, this_run=False)
        elif held:
            context.result.warnings.append(
                f"The secrets of {held[0]['id']} ({receipt.template}) wait in the receipt {receipt.path} since "
                f"{receipt.asked_at}; a run with secrets_dir gives them a place."
            )


def tell_unresolved(context: ModuleContext) -> None:
    """Warn about interrupted creations that no run has examined yet."""
    for receipt in context.creations.pending():
        if _is_unresolved(receipt) and not _is_looked_after(context, receipt):
            place = f"the project {receipt.project_id}" if receipt.project_id else "a new project"
            advice = f"Run it again: it looks what became of that ({receipt.path})."
            if _is_gone(context, receipt.project_id):
                advice = _nothing_left(receipt)
            context.result.warnings.append(
                f"A run broke off at {receipt.asked_at} while it created a {receipt.template} app in {place}. {advice}"
            )


def _is_gone(context: ModuleContext, project_id: str | None) -> bool:
    """Return whether the API says that the project does not exist any more, so that no run can examine it."""
    if project_id is None:
        return False
    try:
        return not records.live([context.api.project(project_id)])
    except NotFound:
        return True
    except NodanaError:
        return False


def _nothing_left(receipt: Receipt) -> str:
    """Return the advice for a creation in a project that was deleted elsewhere.

    Only an empty project can be deleted, so no app of the creation is left.
    """
    found = "That project does not exist any more, and only an empty one can be deleted, so nothing is left of it."
    if may_hold_secrets(receipt):
        return f"{found} What arrived of the answer may hold secrets; remove {receipt.path} once you need them no more."
    return f"{found} Remove {receipt.path}."


def report_unfinished(context: ModuleContext, apps: list[Record]) -> None:
    """Warn about unfinished creations of earlier runs, for a module that only reads."""
    hand_over(context)
    tell_unresolved(context)
    fail_on_lost_secrets(context, apps)


def examine(
    context: ModuleContext, templates: Collection[str], apps: list[Record], project_id: str | None, look: Look
) -> list[Record]:
    """Find the results of interrupted creations of these templates in this project, or in any project for None.

    ``apps`` are the apps of the templates there, and ``look`` lists them again. Return these apps, and those that only
    showed later. An app that a creation made is marked as lost, because its secrets never arrived. The receipt of a
    creation that made nothing is removed. Raises StateUnavailable.

    A new app may show in the lists only after some seconds. So a recent creation is polled for a while: otherwise this
    run could create the same app again.
    """
    shown = list(apps)
    for receipt in context.creations.pending():
        same_place = project_id is None or receipt.project_id == project_id
        if receipt.template not in templates or not same_place or read_receipt(receipt):
            continue
        with state_dir.needed(receipt.path):
            if receipt.lost:
                if not any(app["id"] in receipt.lost for app in shown):  # they were deleted elsewhere
                    _close(context, receipt)
                continue
            new = _new(receipt, shown)
            if not new and _is_fresh(context, receipt):
                new = _awaited(context, receipt, look)
                shown += new
            if new:
                receipt.lose([app["id"] for app in new])
            else:
                _close(context, receipt)
    return shown


def forget_project(context: ModuleContext, project_id: str) -> None:
    """Remove the receipts of interrupted creations in a deleted project. Nothing is left to recover there."""
    with contextlib.suppress(OSError, state_dir.StateUnavailable):  # the project is deleted, so a receipt does no harm
        for receipt in context.creations.pending():
            there = receipt.project_id == project_id and not _is_looked_after(context, receipt)
            if there and not read_receipt(receipt):
                _close(context, receipt)


def explain(context: ModuleContext, receipt: Receipt, error: AmbiguousOutcome, look: Look) -> None:
    """Find the result of a creation whose response is missing, and add it to the error.

    Poll for new apps and mark them as lost in the receipt.
    """
    new = _awaited(context, receipt, look)
    if new:
        with contextlib.suppress(OSError):  # the next run finds the same
            receipt.lose([app["id"] for app in new])
        context.result.changed = True
        listed = ", ".join(f"{app['id']}{_cost(app)}" for app in new)
        error.message += f"; new since then, without its secrets: {listed}"
        error.advice = _what_to_do(receipt, new)
    else:
        error.message += f"; no new {receipt.template} app shows after {PATIENCE * context.poll_interval:g} s"
        error.advice = "Most likely nothing was created, and it is safe to run this again; that run looks once more."


def shows(receipt: Receipt, look: Look) -> bool:
    """Return whether ``look`` lists an app that the creation may have made."""
    return bool(_new(receipt, look()))


def fail_on_lost_secrets(context: ModuleContext, apps: list[Record]) -> None:
    """Warn about apps whose secrets never arrived. Raises Conflict if the state is ``present`` or ``started``.

    For the state ``absent`` there is no warning, because its advice would be to delete the app.
    """
    if context.options.get("state") == "absent":
        return
    for receipt in context.creations.pending():
        for app in _suspects(context, receipt, apps):
            message = (
                f"{app['id']}{_cost(app)} was made by a run that broke off at {receipt.asked_at}, and its secrets "
                f"never arrived"
            )
            if context.options.get("state") in ("present", "started"):
                raise Conflict(message, advice=_what_to_do(receipt, [app]))
            context.result.warnings.append(f"{message}. {_what_to_do(receipt, [app])}")


def _suspects(context: ModuleContext, receipt: Receipt, apps: list[Record]) -> list[Record]:
    """Return the apps with lost secrets that a creation made, or may have made if no run has examined it yet."""
    if read_receipt(receipt):
        return []
    if receipt.lost:
        return [app for app in apps if app["id"] in receipt.lost]
    return [] if _is_looked_after(context, receipt) else _new(receipt, apps)


def _is_unresolved(receipt: Receipt) -> bool:
    return not receipt.lost and not read_receipt(receipt)


def _is_looked_after(context: ModuleContext, receipt: Receipt) -> bool:
    """Return whether another run that is alive still handles the receipt.

    A receipt of this run's own process counts as not handled: its creation has ended when this function is called.
    """
    own = process.identified(context.owner)
    return receipt.owner != own and process.is_alive(receipt.owner)


def _close(context: ModuleContext, receipt: Receipt) -> None:
    """Remove the receipt of a creation. If its response may hold secrets, set it aside and warn. Raises OSError."""
    if not may_hold_secrets(receipt):
        receipt.remove()
        return
    path = receipt.set_aside()
    context.result.warnings.append(
        f"What arrived of the answer to the creation at {receipt.asked_at} cannot be read. It may hold secrets, so it "
        f"stays in {path}."
    )


def _new(receipt: Receipt, apps: list[Record]) -> list[Record]:
    """Return the apps that the creation may have made."""
    return [
        app
        for app in apps
        if app["id"] not in receipt.known
        and app["template"] == receipt.template
        and receipt.project_id in (None, app["project_id"])
    ]


def _awaited(context: ModuleContext, receipt: Receipt, look: Look) -> list[Record]:
    return _new(receipt, patiently(context, look, lambda listed: bool(_new(receipt, listed))))


def patiently(context: ModuleContext, look: Look, shows: Callable[[list[Record]], bool]) -> list[Record]:
    """Poll with ``look`` until ``shows`` accepts a list, and return that list. Return an empty list on timeout.

    This is for creations whose response was lost: a new object may show in the lists only after some seconds.
    """
    try:
        return _polling.poll(
            look,
            shows,
            event="something new to show",
            timeout=PATIENCE * context.poll_interval,
            every=2 * context.poll_interval,
            clock=context.clock,
        )
    except WaitTimeout:
        return []


def _is_fresh(context: ModuleContext, receipt: Receipt) -> bool:
    """Return whether the creation was sent a short time ago. If unknown, as after a reboot, return True.

    The time of day is not used, because it may have been changed since.
    """
    monotonic = receipt.began.get("monotonic")
    if receipt.began.get("boot") != boot() or not isinstance(monotonic, (int, float)):
        return True
    return context.clock.monotonic() - monotonic < FRESH


def _cost(app: Record) -> str:
    rate = app["rate"]
    return f" (about {rate * 60 * 24:.2f} a day, most likely in US dollars)" if isinstance(rate, float) else ""


def _what_to_do(receipt: Receipt, apps: list[Record]) -> str:
    arrived = f" What arrived of the answer is in {receipt.path}." if receipt.answer else ""
    named = " or ".join(app["id"] for app in apps)
    return (
        f"If nobody else made it, delete it before money gets there: nodana_app with id: {named} and state: absent. "
        f"If it is known and fine, remove {receipt.path}.{arrived}"
    )
