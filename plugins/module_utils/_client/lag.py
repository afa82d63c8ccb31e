# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what this machine created and a list of the API does not show.

The lists of the API may lag behind a creation. A journal entry that the list does not show costs one more request. The
object counts as existing until a list shows it or the API proves that it does not exist.

The read by the id may lag as well, so "not found" proves nothing while the creation is recent. A 404 that is not in the
API's own words, such as the one of a proxy, never proves anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from .. import _polling
from .._errors import Conflict, NotFound, WaitTimeout
from .._protocol import Record
from . import records
from .creations import PATIENCE, RECENT, Creations
from .transport import Transport

if TYPE_CHECKING:
    from .._local.journal import Created


class Lag:
    """The created objects of one ``kind``, and how to read one of them by its id.

    ``wanted`` are the names, or for apps the templates, that the run looks for in a list, or None for all. Only a
    wanted object that is not found is polled, and is an error if it may exist. With ``lenient``, no object is an error.
    """

    def __init__(
        self,
        creations: Creations,
        transport: Transport,
        kind: str,
        read: Callable[[str], Record],
        wanted: Collection[str] | None = None,
        *,
        lenient: bool = False,
    ) -> None:
        self._creations = creations
        self._interval = transport.request_interval
        self._kind = kind
        self._read = read
        self._wanted = wanted
        self._lenient = lenient

    def complete(self, listed: list[Record], created: list[Created]) -> list[Record]:
        """Return the list completed with those of the created objects that it does not show.

        Remove from the journal what the list shows, and note what does not exist any more.
        Raises Conflict if a wanted object may exist but is not found, or is listed under another name.
        """
        shown = {str(item["id"]): item for item in listed}
        missing = []
        for entry in {entry.id: entry for entry in created}.values():
            if entry.id in shown:
                self._check_name(entry, listed, shown[entry.id])
            elif (found := self._find(entry)) is not None:
                missing.append(found)
        return [*listed, *missing]

    def find_later(self, identifier: str, error: NotFound) -> Record:
        """Return an object that the API did not find by its id, but finds now because it is new.

        Raises ``error`` if it does not exist, and Conflict if it may exist.
        """
        for entry in self._creations.created():
            if (entry.kind, entry.id) == (self._kind, identifier):
                found = self._poll(entry, error)
                if found is not None:
                    return found
        raise error

    def _find(self, entry: Created) -> Record | None:
        try:
            return self._live(entry, self._read(entry.id))
        except NotFound as error:
            if not (self._is_proof(entry, error) or self._is_wanted(entry)):
                return None
            return self._poll(entry, error)

    def _live(self, entry: Created, found: Record) -> Record | None:
        if records.live([found]):
            return found
        self._creations.note_gone(entry.id)
        return None

    def _poll(self, entry: Created, error: NotFound) -> Record | None:
        """Poll for an object that was not found, and return None if it is proven to be gone.

        Raises Conflict if it is still not found.
        """
        last = error

        def look() -> Record | None:
            nonlocal last
            try:
                return self._read(entry.id)
            except NotFound as error:
                last = error
                return None

        if not self._is_proof(entry, last):
            if self._lenient:
                return None
            pause = 2 * self._interval
            try:
                found = _polling.poll(
                    look,
                    lambda found: found is not None or self._is_proof(entry, last),
                    event="something new to show",
                    timeout=PATIENCE * self._interval,
                    first=pause,
                    every=pause,
                    clock=self._creations.clock,
                )
            except WaitTimeout:
                self._fail(entry, last)
            if found is not None:
                return self._live(entry, found)
        self._creations.note_gone(entry.id)
        return None

    def _is_proof(self, entry: Created, error: NotFound) -> bool:
        return not error.unclear and not self._creations.is_recent(entry)

    def _is_wanted(self, entry: Created) -> bool:
        if self._wanted is None or not entry.names:
            return True
        return any(self._is_same(name, wanted) for name in [entry.id, *entry.names] for wanted in self._wanted)

    def _is_same(self, one: str, other: str | None) -> bool:
        return records.is_same_name(one, other) if self._kind == "node" else one == other

    def _check_name(self, entry: Created, listed: list[Record], shown: Record) -> None:
        """Remove the entry of a listed object, unless the API lists it under another name than the wanted one.

        Without the entry, a run would not find the object and would create it again.
        Raises Conflict if this run looks for the wanted name, and no other object has it.
        """
        field = "template" if self._kind == "app" else "name"
        if not entry.names or self._is_same(entry.names[0], shown.get(field)):
            self._creations.forget_created(self._kind, entry.id)
            return
        name = entry.names[0]
        is_wanted = any(self._is_same(name, wanted) for wanted in self._wanted or ())
        if is_wanted and not any(self._is_same(name, item.get(field)) for item in listed):
            raise Conflict(
                f"The {self._kind} {entry.id} was created with the {field} {name} at {entry.made_at}, and the API "
                f"lists it with the {field} {shown.get(field)}",
                advice=f"Nothing was changed. Use {field}: {shown.get(field)} from now on. If this is another "
                f"{self._kind}, remove {self._creations.path_of(replace(entry, kind=self._kind))}.",
            )

    def _fail(self, entry: Created, error: NotFound) -> NoReturn:
        named = f" ({entry.names[0]})" if entry.names else ""
        message = (
            f"The API shows the {self._kind} {entry.id}{named} neither in its list nor by its id ({error.message}), "
            f"but this machine created it at {entry.made_at}"
        )
        if self._creations.is_recent(entry):
            advice = (
                f"The API may show a new {self._kind} late, so nothing was changed. Run the task again later. If it "
                f"was deleted elsewhere, the task accepts that {RECENT:g} seconds after the creation."
            )
        else:
            advice = (
                "This response does not prove that it does not exist, so nothing was changed. Check api_url and any "
                f"proxy, and at nodana.io whether the {self._kind} exists. If it does not exist, remove "
                f"{self._creations.path_of(entry)} and run the task again."
            )
        raise Conflict(message, code=error.code, request=error.request, advice=advice)
