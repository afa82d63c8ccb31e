# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creations with one key on this machine: one at a time, each with a receipt."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._local import lock, state_dir
from .._local.process import boot
from .._polling import Clock

if TYPE_CHECKING:  # for who creates nothing, receipts are imported only when there are any
    from .._local.journal import Created, Journal
    from .._local.receipts import Receipt, Receipts

LONGEST_WAIT = 300.0
"""Seconds to wait for the creations of other processes."""


class Creations:
    """What the processes of this user must agree on when they create with the same key."""

    def __init__(self, api_url: str, api_key: str, clock: Clock) -> None:
        self._api_url = api_url
        self._clock = clock
        self._begun: set[str] = set()
        self._place = state_dir.account_path(api_url, api_key)

    @property
    def receipts(self) -> Receipts:
        """The receipts of creations with this key."""
        from .._local.receipts import Receipts

        return Receipts(f"{self._place}.receipts")

    @property
    def journal(self) -> Journal:
        """The journal of creations with this key."""
        from .._local.journal import Journal

        return Journal(f"{self._place}.created")

    def has_left(self) -> bool:
        """Whether any creation has left something, such as a receipt. Raises StateUnavailable."""
        return self._holds("receipts")

    def _holds(self, what: str) -> bool:
        with state_dir.needed(f"{self._place}.{what}"):
            try:
                return bool(os.listdir(f"{self._place}.{what}"))
            except FileNotFoundError:
                return False

    @contextmanager
    def one_at_a_time(self, purpose: str) -> Iterator[None]:
        """Hold the lock under which one looks what there is and creates what is missing.

        Raises LockTimeout and StateUnavailable.
        """
        with lock.held(f"{self._place}.lock", purpose, LONGEST_WAIT, self._clock):
            with state_dir.needed(self._place):
                if self.has_left():
                    self.receipts.sweep()
                if self._holds("created"):
                    self.journal.sweep()
            yield

    def pending(self) -> list[Receipt]:
        """Give the receipts that there are, the oldest first. Raises StateUnavailable."""
        if not self.has_left():
            return []
        with state_dir.needed(f"{self._place}.receipts"):
            return self.receipts.all()

    def begin(self, template: str, project_id: str | None, known: list[str], owner: dict[str, Any] | None) -> Receipt:
        """Write the receipt of a creation, with room for its answer, before it is sent. Raises StateUnavailable."""
        began = {"boot": boot(), "monotonic": self._clock.monotonic()}
        with _room_needed(f"{self._place}.receipts"), state_dir.needed(self._place):
            receipt = self.receipts.begin(template, project_id, self._api_url, known, owner, began)
        self._begun.add(receipt.path)
        return receipt

    def created(self) -> list[Created]:
        """Return what was created with this key and was not listed since. Raises StateUnavailable.

        That is the journal, and the receipts with a whole response: a killed run wrote nothing else.
        """
        entries = self._entries()
        gone = {entry.id for entry in entries if entry.kind == "gone"}
        told = [entry for receipt in self.pending() for entry in _made(receipt)]
        for identifier in gone - {entry.id for entry in told}:  # its receipt was removed
            self.forget_created("gone", identifier)
        return [entry for entry in entries if entry.kind != "gone"] + [entry for entry in told if entry.id not in gone]

    def _entries(self) -> list[Created]:
        if not self._holds("created"):
            return []
        with state_dir.needed(f"{self._place}.created"):
            return self.journal.entries()

    def note_app(self, receipt: Receipt) -> None:
        """Write the app of a receipt to the journal, and the project that was created for it. Raises OSError."""
        for entry in _made(receipt):
            self.journal.add(entry)

    def note_project(self, project_id: str) -> None:
        """Write a new project to the journal."""
        from .._local.journal import Created

        with suppress(OSError):  # the project exists, and its response must not be lost
            self.journal.add(Created("project", project_id))

    def forget_created(self, kind: str, identifier: str) -> None:
        """Remove an entry of the journal, as once a list has shown it."""
        if self._holds("created"):
            with suppress(OSError):
                self.journal.remove(kind, identifier)

    def note_gone(self, identifier: str) -> None:
        """Note that an app, or a project and with it its apps, does not exist any more."""
        for entry in self._entries():
            if identifier in (entry.id, entry.project_id):
                self.forget_created(entry.kind, entry.id)
        with suppress(OSError):  # or the next run asks once more
            for entry in [entry for receipt in self.pending() for entry in _made(receipt)]:
                if identifier in (entry.id, entry.project_id):
                    self.journal.add(replace(entry, kind="gone"))

    def settle(self, paths: list[str]) -> None:
        """Remove the receipts whose secrets are safe elsewhere; only receipts can be named. Raises StateUnavailable."""
        wanted = [os.path.abspath(path) for path in paths]
        for receipt in self.pending():
            if os.path.abspath(receipt.path) in wanted:
                with state_dir.needed(receipt.path):
                    self._remove(receipt)

    def _remove(self, receipt: Receipt) -> None:
        """Remove a receipt; what it knows of the app goes to the journal before. Raises OSError."""
        try:
            self.note_app(receipt)
            receipt.remove()
        except OSError:  # most likely the disk is full: the receipt makes room
            receipt.remove()
            with suppress(OSError):
                self.note_app(receipt)

    def recognise(self, app_id: str) -> None:
        """Let no creation of an earlier run that broke off be taken for the maker of an app of this run."""
        with suppress(OSError):  # the app is made, nothing must come between its secrets and their place now
            for receipt in self.receipts.all(besides=self._begun):
                if not receipt.answer:
                    receipt.know(app_id)

    def forget(self, app_id: str) -> None:
        """Remove the marks of a deleted app; what arrived of its secrets stays."""
        with suppress(OSError, state_dir.StateUnavailable):  # the app is gone, and a mark of it harms nobody
            self.note_gone(app_id)
            for receipt in self.pending():
                left = [other for other in receipt.lost if other != app_id]
                if left != receipt.lost and not receipt.answer:
                    receipt.lose(left) if left else receipt.remove()


@contextmanager
def _room_needed(folder: str) -> Iterator[None]:
    """Say what to do about a full disk. Raises StateUnavailable."""
    try:
        yield
    except state_dir.StateUnavailable as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.ENOSPC, errno.EDQUOT):
            raise state_dir.StateUnavailable(
                f"Nothing was created: {folder} has no room for the response, which may hold secrets "
                f"({error.__cause__.strerror})",
                advice="Free some space there. Or set NODANA_STATE_DIR to a folder on another disk, the same one for "
                "all runs that use this key.",
            ) from error
        raise


def _made(receipt: Receipt) -> list[Created]:
    """Return the app that a receipt with a whole response tells of, and its project if that was created for it."""
    from .._local.journal import Created
    from .create_response import read_receipt

    held = read_receipt(receipt)
    if held is None:
        return []
    app = held[0]
    made = [Created("app", app["id"], app["project_id"], receipt.template)]
    if receipt.project_id is None and app["project_id"] is not None:
        made.append(Created("project", app["project_id"]))
    return made
