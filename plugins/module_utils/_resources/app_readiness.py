# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until apps are ready to use."""

from __future__ import annotations

from collections.abc import Iterable

from .. import _polling
from .._client import records
from .._client.catalog import Catalog
from .._client.status import is_changing, is_ready
from .._context import ModuleContext
from .._errors import Conflict, NotFound, WaitTimeout
from .._protocol import PendingApp, Record
from . import run_state
from .app_report import AppReport

USUAL_START = 10.0
"""Seconds that a new app usually takes to become ready. A request interval below a second shortens it in proportion."""
CORDONED_GRACE = 30.0
"""Seconds for which an app may be cordoned before the wait fails."""


def await_start(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Return what to wait for if an existing app is still starting, or None. There is no wait for a stopped app."""
    if context.check_mode or not context.options["wait"] or is_ready(app):
        return None
    if not is_changing(app):
        seen = run_state.of(context, app)
        if seen.services != [] and not seen.may_be_up:
            report.read_again({**app, "running": seen.running})
            return None
    return PendingApp(app)


def seen(context: ModuleContext, apps: list[Record]) -> list[Record]:
    """Poll once and return the current apps. Several apps must be in the same project."""
    watch = _Watch(context, apps)
    watch.poll()
    return watch.seen()


def until_ready(context: ModuleContext, awaited: list[PendingApp]) -> list[Record]:
    """Poll until all apps are ready and return them. Several apps must be in the same project.

    Raises WaitTimeout, and Conflict for an app that stays cordoned or is deleted meanwhile.
    """
    known = [one.app["id"] for one in awaited if one.made_at is None]
    watch = _Watch(context, [one.app for one in awaited], known)
    starts = _Starts(context, awaited)
    try:
        _polling.poll(
            watch.poll,
            watch.done,
            event=watch.event(),
            timeout=context.options["wait_timeout"],
            first=starts.until_first(),
            every=starts.until_next,
            waiting=lambda seconds: context.progress(watch.progress(seconds)),
            clock=context.clock,
        )
    except WaitTimeout as timeout:
        watch.refuse_cordoned(0.0)
        timeout.message += f"; last status: {watch.statuses()}"
        raise
    return watch.seen()


class _Starts:
    """The times of the polls: when the first new app can be ready, then when the last one can, then every interval.

    Every poll costs a request, so there is none while no app can be ready.
    """

    def __init__(self, context: ModuleContext, awaited: list[PendingApp]) -> None:
        self._context = context
        now = context.clock.monotonic()
        usual = min(USUAL_START, USUAL_START * context.poll_interval)
        made = [one.made_at for one in awaited if one.made_at is not None]
        ready = [max(now, min(moment, now) + usual) for moment in made]
        self._first = min(ready) if len(ready) == len(awaited) else now
        self._last = max(ready, default=now)

    def until_first(self) -> float:
        return max(0.0, self._first - self._context.clock.monotonic())

    def until_next(self) -> float:
        return max(self._context.poll_interval, self._last - self._context.clock.monotonic())


class _Watch:
    """The records of some apps at the last poll. One app is read by its id, several by the list of their project.

    A new app that does not show yet is not ready. An app that has shown before, or is ``known``, is deleted if it does
    not show any more.
    """

    def __init__(self, context: ModuleContext, apps: list[Record], known: Iterable[str] = ()) -> None:
        self._context = context
        self._apps = {app["id"]: app for app in apps}
        self._shown = set(known)
        self._cordoned_since: dict[str, float] = {}

    def poll(self) -> None:
        read = {item["id"]: item for item in self._read()}
        for app_id, app in self._apps.items():
            missing = {"status": "deleted"} if app_id in self._shown else {}
            self._apps[app_id] = {**app, **read.get(app_id, missing)}
        self._shown.update(read)
        now = self._context.clock.monotonic()
        for app in self._apps.values():
            if app["status"] == "cordoned":
                self._cordoned_since.setdefault(app["id"], now)
            else:
                self._cordoned_since.pop(app["id"], None)

    def done(self, _seen: None) -> bool:
        for app in self._apps.values():
            if app["status"] == "deleted":
                raise Conflict(
                    f"{app['id']} ({app['template']}) was deleted elsewhere while this task waited for it", advice=""
                )
        self.refuse_cordoned(CORDONED_GRACE)
        return all(is_ready(app) for app in self._apps.values())

    def refuse_cordoned(self, grace: float) -> None:
        now = self._context.clock.monotonic()
        for app_id, since in self._cordoned_since.items():
            if now - since >= grace:
                raise Conflict(
                    f"{app_id} ({self._apps[app_id]['template']}) remains cordoned",
                    advice="Most likely the account is out of credit. Add credit at nodana.io, and run the task again.",
                )

    def event(self) -> str:
        names = [f"{app['id']} ({app['template']})" for app in self._apps.values()]
        return f"{names[0]} to become ready" if len(names) == 1 else f"{len(names)} apps to become ready"

    def statuses(self) -> str:
        """Return the statuses of the apps that are not ready; the others would hide them in a long message."""
        missed = [app for app in self._apps.values() if not is_ready(app)]
        return ", ".join(f"{app['id']} ({app['template']}) {app['status'] or 'unknown'}" for app in missed)

    def progress(self, seconds: float) -> str:
        ready = len([app for app in self._apps.values() if is_ready(app)])
        return f"{ready} of {len(self._apps)} apps ready after {seconds:.0f} s; waiting for {self.statuses()}"

    def seen(self) -> list[Record]:
        return list(self._apps.values())

    def _read(self) -> list[Record]:
        if len(self._apps) > 1:
            project_id = next(iter(self._apps.values()))["project_id"]
            catalog = Catalog(self._context.api, self._context.creations, lenient=True)
            return [records.app({"projectId": project_id, **item}) for item in catalog.apps(project_id)]
        try:
            return [records.app(self._context.api.app(app_id)) for app_id in self._apps]
        except NotFound:
            return []
