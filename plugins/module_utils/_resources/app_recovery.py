# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recover unfinished creations of earlier runs.

A run that was killed leaves a receipt. The receipt holds a response whose secrets are not stored yet, or it belongs to
a creation with an unknown outcome. In the second case there may be an app that is billed and whose secrets are lost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from .. import _polling
from .._client import records
from .._client.create_response import lacks_seed, may_hold_secrets, read_receipt
from .._client.creations import FRESH, PATIENCE
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Conflict, NodanaError, NotFound, WaitTimeout
from .._local import moment, state_dir
from .._local.receipts import Receipt
from .._protocol import STATES_THAT_CREATE, Record
from . import handover
from .recovery_text import described, nothing_left, shown, what_to_do

ListApps = Callable[[], "list[Record]"]


def recover(
    context: ModuleContext,
    concerns: Callable[[Receipt], bool],
    apps: list[Record],
    list_apps: ListApps,
    uses: Callable[[Record], bool] = lambda _app: True,
) -> None:
    """Recover unfinished creations of earlier runs; the arguments are those of ``examine``.

    Raises Conflict for an app among ``apps`` whose secrets are lost, if this run ``uses`` it or concerns its creation.
    Raises Unreadable if the seed phrase of such an app did not arrive. For another app, that is a warning.
    """
    seedless = hand_over(context)
    if not context.check_mode:
        apps = examine(context, concerns, apps, list_apps)
    fail_on_lost_secrets(context, apps, concerns, uses)
    for app in seedless:
        error = handover.no_seed(context, app)
        is_here = app["id"] in [there["id"] for there in apps]
        if is_here and uses(app) and context.options.get("state") in STATES_THAT_CREATE:
            raise error
        context.result.warnings.append(str(error))


def hand_over(context: ModuleContext) -> list[Record]:
    """Hand over the secrets in receipts of earlier runs. Return those apps whose seed phrase is not among them.

    Without ``secrets_dir``, and in check mode, warn where the secrets are instead.
    """
    seedless = []
    for receipt in context.creations.pending():
        held = None if _is_in_progress(context, receipt) else read_receipt(receipt)
        if held and context.options.get("secrets_dir") and not context.check_mode:
            context.creations.add_known_app(held[0]["id"])
            handover.add(context.result, receipt, *held, this_run=False)
            seedless += [held[0]] if lacks_seed(receipt, held[1]) else []
        elif held:
            context.result.warnings.append(
                f"The secrets of {held[0]['id']} ({receipt.template}), created at {receipt.requested_at}, are only in "
                f"the receipt {receipt.path}. Run the task with secrets_dir to store them."
            )
    return seedless


def report_unresolved(context: ModuleContext) -> None:
    """Warn about interrupted creations that no run has examined yet."""
    for receipt in context.creations.pending():
        if _is_unresolved(receipt) and not _is_in_progress(context, receipt):
            advice = f"Run the task again to find out whether it was created (receipt {receipt.path})."
            if _is_gone(context, receipt.project_id):
                advice = nothing_left(receipt)
            context.result.warnings.append(
                f"A run was interrupted at {receipt.requested_at} while it created {described(receipt)}. {advice}"
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


def report_unfinished(context: ModuleContext, apps: list[Record]) -> None:
    """Warn about unfinished creations of earlier runs, for a module that only reads."""
    hand_over(context)
    report_unresolved(context)
    fail_on_lost_secrets(context, apps)


def examine(
    context: ModuleContext, concerns: Callable[[Receipt], bool], apps: list[Record], list_apps: ListApps
) -> list[Record]:
    """Find the results of those interrupted creations that this run ``concerns``.

    ``apps`` are the apps that they may have made, and ``list_apps`` lists them again. Return these apps, and those that
    only showed later. An app that a creation made is marked as lost, because its secrets never arrived. The receipt of
    a creation that made nothing is removed. Raises StateUnavailable.

    A new app may show in the lists only after some seconds. So a recent creation is polled for a while: otherwise this
    run could create the same app again.
    """
    listed = list(apps)
    for receipt in context.creations.pending():
        if not concerns(receipt) or read_receipt(receipt):
            continue
        with state_dir.needed(receipt.path):
            if any(app["id"] in receipt.lost for app in listed):
                continue
            is_fresh = _is_fresh(context, receipt)
            if receipt.lost and not is_fresh:  # they were deleted elsewhere
                _close(context, receipt)
                continue
            new = _new(receipt, listed)
            if receipt.lost:
                new = _alike(receipt, new)
            elif is_fresh and not _alike(receipt, new):
                new = _poll_new(context, receipt, list_apps)
                listed += [app for app in new if app not in listed]
            if new:
                receipt.mark_lost([app["id"] for app in new])
            else:
                _close(context, receipt)
    return listed


def forget_project(context: ModuleContext, project_id: str) -> None:
    """Remove the receipts of interrupted creations in a deleted project. Nothing is left to recover there."""
    with contextlib.suppress(OSError, state_dir.StateUnavailable):  # the project is deleted, so a receipt does no harm
        for receipt in context.creations.pending():
            there = receipt.project_id == project_id and not _is_in_progress(context, receipt)
            if there and not read_receipt(receipt):
                _close(context, receipt)


def explain(context: ModuleContext, receipt: Receipt, error: AmbiguousOutcome, list_apps: ListApps) -> None:
    """Find the result of a creation whose response is missing, and add it to the error.

    Poll for new apps and mark them as lost in the receipt.
    """
    new = _poll_new(context, receipt, list_apps)
    if new:
        with contextlib.suppress(OSError):  # the next run finds the same
            receipt.mark_lost([app["id"] for app in new])
        context.result.changed = True
        error.message += f"; new since then, with lost secrets: {', '.join(map(shown, new))}"
        error.advice = what_to_do(receipt, new)
    else:
        what = "app" if receipt.node_name is None else "node"
        error.message += f"; no new {receipt.what} appeared in {PATIENCE * context.poll_interval:g} s"
        error.advice = (
            f"Most likely no {what} was created. Run the task again: it lists the {what}s again before it creates one."
        )


def shows(receipt: Receipt, list_apps: ListApps) -> bool:
    """Return whether ``list_apps`` lists an app that the creation may have made."""
    return bool(_new(receipt, list_apps()))


def fail_on_lost_secrets(
    context: ModuleContext,
    apps: list[Record],
    concerns: Callable[[Receipt], bool] = lambda _receipt: False,
    uses: Callable[[Record], bool] = lambda _app: True,
) -> None:
    """Warn about apps whose secrets never arrived. Raises Conflict if the state is ``present`` or ``started``.

    For the state ``absent`` there is no warning, because its advice would be to delete the app.
    """
    if context.options.get("state") == "absent":
        return
    for receipt in context.creations.pending():
        is_concerned = concerns(receipt)
        suspects = _suspects(context, receipt, apps, is_concerned=is_concerned)
        for app in [app for app in suspects if is_concerned or uses(app)]:
            certainty = "was most likely" if _is_alike(receipt, app) else f"may be the {receipt.what} that was"
            message = (
                f"{shown(app)} {certainty} created by a run that was interrupted at {receipt.requested_at}, and its "
                "secrets are lost"
            )
            if context.options.get("state") in STATES_THAT_CREATE:
                raise Conflict(message, advice=what_to_do(receipt, [app]))
            context.result.warnings.append(f"{message}. {what_to_do(receipt, [app])}")


def _suspects(context: ModuleContext, receipt: Receipt, apps: list[Record], *, is_concerned: bool) -> list[Record]:
    """Return the apps with lost secrets that a creation made, or may have made if no run has examined it yet.

    If the run is not concerned, an app under another name than the requested one does not count before that.
    """
    if read_receipt(receipt):
        return []
    if receipt.lost:
        late = _alike(receipt, _new(receipt, apps)) if is_concerned else []
        lost = [app for app in apps if app["id"] in receipt.lost or app in late]
        return sorted(lost, key=lambda app: not _is_alike(receipt, app))
    if _is_in_progress(context, receipt):
        return []
    new = _new(receipt, apps)
    return new if is_concerned else _alike(receipt, new)


def _is_unresolved(receipt: Receipt) -> bool:
    return not receipt.lost and not read_receipt(receipt)


def _is_in_progress(context: ModuleContext, receipt: Receipt) -> bool:
    """Return whether a run that is alive still handles the receipt."""
    return context.creations.has_living_owner(receipt)


def _close(context: ModuleContext, receipt: Receipt) -> None:
    """Remove the receipt of a creation. If its response may hold secrets, set it aside and warn. Raises OSError."""
    if not may_hold_secrets(receipt):
        receipt.remove()
        return
    path = receipt.set_aside()
    context.result.warnings.append(
        f"The response to the creation at {receipt.requested_at} is incomplete or unreadable. It may contain secrets, "
        f"so it is kept in {path}."
    )


def _new(receipt: Receipt, apps: list[Record]) -> list[Record]:
    """Return the apps that the creation may have made: all that did not exist before.

    If any of them has the requested template or name, the others do not count. The API may list an app or a node under
    another template or name than the requested one.
    """
    new = [
        app for app in apps if app["id"] not in receipt.known and receipt.project_id in (None, app.get("project_id"))
    ]
    return _alike(receipt, new) or new


def _alike(receipt: Receipt, apps: list[Record]) -> list[Record]:
    """Return the apps with the requested template, or the nodes with the requested name."""
    return [app for app in apps if _is_alike(receipt, app)]


def _is_alike(receipt: Receipt, app: Record) -> bool:
    if receipt.node_name is None:
        return bool(app["template"] == receipt.template)
    return records.is_same_name(receipt.node_name, app["name"])


def _poll_new(context: ModuleContext, receipt: Receipt, list_apps: ListApps) -> list[Record]:
    """Poll for an app with the requested template or name. Return it, or else what is new in the last list."""
    last: list[Record] = []

    def look() -> list[Record]:
        nonlocal last
        last = list_apps()
        return last

    poll_list(context, look, lambda listed: bool(_alike(receipt, _new(receipt, listed))))
    return _new(receipt, last)


def poll_list(context: ModuleContext, list_apps: ListApps, shows: Callable[[list[Record]], bool]) -> list[Record]:
    """Poll with ``list_apps`` until ``shows`` accepts a list, and return that list. Return an empty list on timeout.

    This is for creations whose response was lost: a new object may show in the lists only after some seconds.
    """
    try:
        return _polling.poll(
            list_apps,
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
    age = moment.age(receipt.began, context.clock)
    return age is None or age < FRESH
