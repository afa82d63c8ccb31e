# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creations with one key on this machine: one at a time, and each with a receipt.

Two runs that read the lists at the same time would both create what is missing, and both would be billed. So a run
holds a lock from reading the lists to its last creation.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from .._local import lock, moment, state_dir
from .._polling import Clock
from .._protocol import Owner

if TYPE_CHECKING:  # a run that creates nothing imports these modules only if there are receipts
    from .._local.journal import Created, Journal
    from .._local.receipts import Receipt, Receipts

LONGEST_WAIT = 300.0
"""Seconds to wait for the creation lock, which other processes may hold."""
PATIENCE = 10.0
"""Request intervals after which a new object shows, if its create response was lost or a read does not find it."""
FRESH = 120.0
"""Seconds after the request of a creation during which recovery polls for its object. Later, one list is enough."""
RECENT = 600.0
"""Seconds after a creation during which "not found" does not prove that its object is gone.

It is twice the default of ``wait_timeout``: a task that waited in vain and is run again must not create a second one.
"""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Creations:
    """The state that the processes of this user share when they create with the same key: lock, receipts, journal."""

    def __init__(self, api_url: str, api_key: str, clock: Clock, kind: str = "") -> None:
        """Set up the state of this key at this host. Each ``kind`` of object, such as ``nodes``, has its own state."""
        self._api_url = api_url
        self.clock = clock
        self._begun: set[str] = set()
        self._is_locked = False
        self._unlisted: list[str] | None = None
        with _space_needed("this folder"):
            self._place = state_dir.account_path(api_url, api_key) + (f".{kind}" if kind else "")

    @property
    def receipts(self) -> Receipts:
        """Return the receipts of creations with this key."""
        from .._local.receipts import Receipts

        return Receipts(f"{self._place}.receipts")

    @property
    def journal(self) -> Journal:
        """Return the journal of creations with this key."""
        from .._local.journal import Journal

        return Journal(f"{self._place}.created")

    def has_left(self) -> bool:
        """Return whether there are files in the receipts folder. Raises StateUnavailable."""
        return self._holds("receipts")

    def _holds(self, what: str) -> bool:
        with state_dir.needed(f"{self._place}.{what}"):
            try:
                return bool(os.listdir(f"{self._place}.{what}"))
            except FileNotFoundError:
                return False

    @contextmanager
    def one_at_a_time(self, purpose: str) -> Iterator[None]:
        """Hold the creation lock; ``purpose`` is shown to processes that wait for it.

        A run reads the lists and creates what is missing under this lock.
        Raises LockTimeout and StateUnavailable.
        """
        path = f"{self._place}.lock"
        with ExitStack() as held:
            with _space_needed("the creation lock"):
                held.enter_context(lock.held(path, purpose, LONGEST_WAIT, self.clock))
            self._is_locked = True
            held.callback(setattr, self, "_is_locked", False)
            held.callback(setattr, self, "_unlisted", None)
            with state_dir.needed(self._place):
                if self.has_left():
                    self.receipts.sweep()
                if self._holds("created"):
                    self.journal.sweep()
            yield

    def pending(self) -> list[Receipt]:
        """Return all receipts, the oldest first. Raises StateUnavailable."""
        if not self.has_left():
            return []
        with state_dir.needed(f"{self._place}.receipts"):
            return self.receipts.all()

    def has_living_owner(self, receipt: Receipt) -> bool:
        """Return whether the process that stores the secrets of a receipt is alive. Raises StateUnavailable."""
        from .._local import lease

        with state_dir.needed(self._place):
            return lease.is_held(os.path.dirname(self._place), receipt.owner.get("lease"))

    def begin(
        self,
        template: str,
        project_id: str | None,
        known: list[str],
        owner: Owner | None,
        node_name: str | None = None,
    ) -> Receipt:
        """Write the receipt of a creation before its request is sent, and reserve disk space for the response.

        ``known`` are the ids of what existed before it. What this machine created and no list has shown is added.
        Raises StateUnavailable.
        """
        known = list(dict.fromkeys([*known, *self._known_only_here()]))
        began = moment.now(self.clock)
        what = "the response, which may contain secrets"
        with _space_needed(what), state_dir.needed(f"{self._place}.receipts"):
            receipt = self.receipts.begin(template, project_id, self._api_url, known, owner, began, node_name)
        self._begun.add(receipt.path)
        return receipt

    def _known_only_here(self) -> list[str]:
        """Return the ids of what this machine created and no list has shown.

        Under the creation lock, only this run creates, so the files are read once for all its creations.
        """
        if self._unlisted is None:
            unlisted = [entry.id for entry in self.created()]
            if not self._is_locked:
                return unlisted
            self._unlisted = unlisted
        return self._unlisted

    def created(self) -> list[Created]:
        """Return what was created with this key and no list has shown since. Raises StateUnavailable.

        The journal holds this, and so do receipts with a complete response: a run that was killed may have written no
        journal entry.
        """
        entries = self._entries()
        gone = {entry.id for entry in entries if entry.kind == "gone"}
        received = [entry for receipt in self.pending() for entry in _made(receipt)]
        for identifier in gone - {entry.id for entry in received}:  # its receipt was removed
            self.forget_created("gone", identifier)
        return [entry for entry in entries if entry.kind != "gone"] + [
            entry for entry in received if entry.id not in gone
        ]

    def _entries(self) -> list[Created]:
        if not self._holds("created"):
            return []
        with state_dir.needed(f"{self._place}.created"):
            return self.journal.entries()

    def note_app(self, receipt: Receipt) -> None:
        """Write the app of a receipt to the journal, and its project if that was created for it. Raises OSError.

        What is known to be gone is left out.
        """
        for entry in _made(receipt):
            if not self.journal.holds("gone", entry.id):
                self.journal.add(entry)

    def note_project(self, project_id: str, name: str) -> None:
        """Write a new project, and the name that was requested for it, to the journal."""
        from .._local.journal import Created

        made_at = time.strftime(_TIME, time.gmtime())
        with suppress(OSError):  # the project exists, and a failure here must not hide its id
            self.journal.add(Created("project", project_id, None, [name], made_at, moment.now(self.clock)))

    def is_recent(self, created: Created) -> bool:
        """Return whether something was created so short a time ago that the API may not show it yet.

        After a restart, or on another machine, the times of files count. Both are of the clock of the file system, so
        the times of day of several machines need not agree. The lock only shows the present time of that clock.
        """
        age = moment.age(created.began, self.clock)
        if age is None:
            try:
                os.utime(f"{self._place}.lock")
                age = os.stat(f"{self._place}.lock").st_mtime - os.stat(self.path_of(created)).st_mtime
            except OSError:
                return True
        return age < RECENT

    def path_of(self, created: Created) -> str:
        """Return the path of the file that says that this was created: of a receipt, or else of a journal entry.

        A project that was created for an app has the file of the app.
        """
        made = [(receipt.path, entry) for receipt in self.pending() for entry in _made(receipt)]
        made += [(self.journal.path_of(entry), entry) for entry in self._entries()]
        paths = [path for path, entry in made if created.id in (entry.id, entry.project_id)]
        return next(iter(paths), self.journal.path_of(created))

    def forget_created(self, kind: str, identifier: str) -> None:
        """Remove an entry from the journal, for example because a list has shown the object."""
        if self._holds("created"):
            with suppress(OSError):
                self.journal.remove(kind, identifier)

    def note_gone(self, identifier: str) -> None:
        """Note that an app does not exist any more, or that a project and its apps do not."""
        for entry in self._entries():
            if identifier in (entry.id, entry.project_id):
                self.forget_created(entry.kind, entry.id)
        with suppress(OSError):  # without the note, the next run sends one more request
            for entry in [entry for receipt in self.pending() for entry in _made(receipt)]:
                if identifier in (entry.id, entry.project_id):
                    self.journal.add(replace(entry, kind="gone"))

    def settle(self, paths: list[str]) -> None:
        """Remove the receipts at these paths, whose secrets are stored elsewhere. Raises StateUnavailable.

        A path that is not the path of a receipt is ignored.
        """
        wanted = [os.path.abspath(path) for path in paths]
        for receipt in self.pending():
            if os.path.abspath(receipt.path) in wanted:
                with state_dir.needed(receipt.path):
                    self._remove(receipt)

    def _remove(self, receipt: Receipt) -> None:
        """Write the app of a receipt to the journal and remove the receipt. Raises OSError."""
        try:
            self.note_app(receipt)
            receipt.remove()
        except OSError:  # most likely the disk is full: removing the receipt frees space
            receipt.remove()
            with suppress(OSError):
                self.note_app(receipt)

    def add_known_app(self, app_id: str) -> None:
        """Note an app of this run in the receipts of earlier runs that were interrupted.

        Otherwise recovery could take the app for the result of one of those creations. Without the creation lock, this
        does nothing: another process may be adding a response to its receipt.
        """
        if not self._is_locked:
            return
        if self._unlisted is not None:
            self._unlisted.append(app_id)
        with suppress(OSError):  # the app exists, and a failure here must not keep its secrets from being stored
            for receipt in self.receipts.all(besides=self._begun):
                if app_id not in receipt.known and not _made(receipt):
                    receipt.add_known(app_id)

    def forget(self, app_id: str) -> None:
        """Remove a deleted app from the journal and from the receipts. Secrets that arrived are kept."""
        with suppress(OSError, state_dir.StateUnavailable):  # the app is deleted, and a leftover entry does no harm
            self.note_gone(app_id)
            for receipt in self.pending():
                left = [other for other in receipt.lost if other != app_id]
                if left != receipt.lost and not receipt.response:
                    receipt.mark_lost(left) if left else receipt.remove()


@contextmanager
def _space_needed(what: str) -> Iterator[None]:
    """Add to the error of a full disk that nothing was created. Raises FullDisk."""
    try:
        yield
    except state_dir.FullDisk as error:
        error.message = f"Nothing was created: the disk of {error.path} has no space for {what} ({error.reason})"
        raise


def _made(receipt: Receipt) -> list[Created]:
    """Return the app in a receipt with a complete response, and its project if that was created for it."""
    from .._local.journal import Created
    from .create_response import read_receipt

    held = read_receipt(receipt)
    if held is None:
        return []
    app = held[0]
    made = (receipt.requested_at, receipt.began)
    if receipt.node_name is not None:
        names = list(dict.fromkeys([receipt.node_name, str(app["name"] or receipt.node_name)]))
        return [Created("node", app["id"], None, names, *made)]
    found = [Created("app", app["id"], app["project_id"], [receipt.template], *made)]
    if receipt.project_id is None and app["project_id"] is not None:
        found.append(Created("project", app["project_id"], None, [], *made))
    return found
