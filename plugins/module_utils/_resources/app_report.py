# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report the apps of a run, updated after every step, so that a failure also reports the steps before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .._client.redaction import credentials, masked
from .._context import Result
from .._protocol import Record


@dataclass(eq=False, repr=False)
class _Row:
    app: Record
    touched: bool = False
    before: Record = field(default_factory=dict)  # for a touched app; empty for a new one
    state: Record = field(default_factory=dict)  # fields of the diff in addition to the record
    gone: bool = False

    def diff(self) -> tuple[Record, Record]:
        after = {} if self.gone else {**self.app, **self.state}
        return (self.before if self.touched else after), after


class AppReport:
    """A report fills a result with ``app``, or ``apps`` for ``many``, and with ``created`` and the diff.

    ``key`` is the key of a single record, which is ``node`` for a node.
    """

    def __init__(self, result: Result, *, many: bool = False, key: str = "app") -> None:
        self._result = result
        self._many = many
        self._key = key
        self._rows: list[_Row] = []
        self._project: tuple[Record, Record] | None = None
        result.values["created"] = False
        self._publish()

    def project(self, before: Record, after: Record) -> None:
        """Report the project of the apps before and after the change. An empty record means no project."""
        self._project = (before, after)
        self._result.changed = self._result.changed or before != after
        if before or after:
            self._result.values["project"] = after or before
        self._publish()

    def found(self, app: Record) -> None:
        """Report an existing app."""
        self._rows.append(_Row(app))
        self._publish()

    def changed(self, app: Record, *, was: Any, now: Any, what: str = "state") -> None:
        """Report that an app was changed from ``was`` to ``now``; ``app`` is its record as far as known.

        ``what`` changed is the name of a field of the diff.
        """
        row = self._row(app)
        row.touched, row.before, row.state, row.app = True, {**row.app, what: was}, {what: now}, app
        self._result.changed = True
        self._publish()

    def created(self, app: Record, params: Record) -> None:
        """Report an app that was created with these params. The diff shows no credentials."""
        shown = masked(params, set(credentials(params)))
        self._rows.append(_Row(app, touched=True, state={"params": shown}))
        self._result.changed = True
        self._result.values["created"] = True
        self._publish()

    def deleted(self, app: Record) -> None:
        """Report that an app was deleted."""
        row = self._row(app)
        row.touched, row.before, row.gone = True, row.app, True
        self._result.changed = True
        self._publish()

    def has_changed(self, app: Record) -> bool:
        """Return whether the app was created, brought to another state or deleted."""
        return self._row(app).touched

    def read_again(self, app: Record) -> None:
        """Report the current record of an app."""
        self._row(app).app = app
        self._publish()

    def _row(self, app: Record) -> _Row:
        return next(row for row in self._rows if row.app["id"] == app["id"])

    def _publish(self) -> None:
        result = self._result
        diffs = [row.diff() for row in self._rows]
        if self._many:
            result.values["apps"] = [row.app for row in self._rows]
            result.before = self._counted([before for before, _after in diffs if before])
            result.after = self._counted([after for _before, after in diffs if after])
            if self._project:
                result.before["project"], result.after["project"] = self._project
        elif self._rows:
            result.values[self._key] = self._rows[0].app
            result.before, result.after = diffs[0]

    def _counted(self, apps: list[Record]) -> Record:
        """Return apps for the diff, and their number by template, which is 0 for a template that has none."""
        numbers = Counter(app["template"] for app in apps)
        templates = dict.fromkeys(row.app["template"] for row in self._rows)
        return {"apps": apps, "count": {template: numbers[template] for template in templates}}
