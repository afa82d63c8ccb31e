# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol between a module and its action plugin on the controller, see ``_module.run``.

This file imports no other part of the collection, because the controller does not need the client.

Records that each task defines, here and elsewhere, have no ``eq`` and ``repr``: generating these methods takes longer
than parsing the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

Record = dict[str, Any]
"""A JSON object, such as a record of the API."""

HANDOVER = "nodana_handover"
"""The key of a module result that holds the sealed handover. The action plugin removes it, so users never see it."""
INTERNAL_OPTIONS = ("_owner", "_settled", "_progress")
"""The options that the action plugin passes to the module: an Owner, in the second run a Settlement, and the path of a
file for the progress."""
STATES_THAT_CREATE = ("present", "started")
"""The states in which a missing app is created."""
_IDENTITY = ("id", "name", "project_id", "template")
READY, STARTED, STOPPED = "ready", "started", "stopped"

Self = TypeVar("Self", bound="Message")


class Message:
    """A part of the protocol. Its JSON object has the names of its fields."""

    def to_json(self) -> Record:
        """Return the fields as a JSON object."""
        return dict(vars(self))

    @classmethod
    def from_json(cls: type[Self], fields: Record) -> Self:
        """Return the object with these fields. Raises KeyError and TypeError if they are not those of the class."""
        return cls(**fields)


@dataclass(eq=False, repr=False)
class Owner(Message):
    """The process that stores the secrets: the one of the action plugin. It holds the ``lease`` as long as it does."""

    lease: int


@dataclass(eq=False, repr=False)
class AppSecrets(Message):
    """The one-time secrets of an app, for the action plugin to store.

    ``receipt`` is the path of the receipt to remove once they are stored; if it stayed, a later run would report the
    secrets as lost. ``on_disk`` is False if the secrets could not be written to it. ``this_run`` is False if an earlier
    run created the app.
    """

    app_id: str
    project_id: str | None
    template: str
    url: str | None
    created_at: str
    api_url: str
    secrets: Record
    receipt: str
    on_disk: bool = True
    this_run: bool = True


@dataclass(eq=False, repr=False)
class PendingApp(Message):
    """An app to wait for, in this run of the module or, after its secrets are stored, in the next one.

    ``until`` is what to wait for. ``made_at`` is when a new app was created, in seconds of the machine's monotonic
    clock, or None for an app that existed before.
    """

    app: Record
    until: str = READY
    made_at: float | None = None

    def to_json(self) -> Record:
        """Return the fields as a JSON object. Of the app, it holds only what identifies it."""
        return {**vars(self), "app": {name: self.app[name] for name in _IDENTITY if name in self.app}}


@dataclass(eq=False, repr=False)
class Handover(Message):
    """The result of the first phase of a module: the secrets to store, and the apps to wait for afterwards."""

    secrets: list[AppSecrets]
    pending: list[PendingApp]

    def to_json(self) -> Record:
        """Return the fields as a JSON object."""
        return {name: [one.to_json() for one in value] for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, fields: Record) -> Handover:
        """Return the handover with these fields. Raises KeyError and TypeError if they are not those of the class."""
        secrets = [AppSecrets.from_json(one) for one in fields["secrets"]]
        return cls(secrets, [PendingApp.from_json(one) for one in fields["pending"]])


@dataclass(eq=False, repr=False)
class SealedHandover(Message):
    """The value of HANDOVER: the handover as ``_seal`` seals it, and what the controller reports if that is damaged.

    ``receipts`` are the paths of the receipts. ``on_disk`` is True if these hold all secrets.
    """

    sealed: str
    receipts: list[str]
    on_disk: bool

    @classmethod
    def from_json(cls, fields: Any) -> SealedHandover:
        """Return the sealed handover. Fields that did not arrive are empty, so that the others can be reported."""
        known = fields if isinstance(fields, dict) else {}
        receipts = known.get("receipts")
        paths = [str(path) for path in receipts] if isinstance(receipts, list) else []
        return cls(str(known.get("sealed", "")), paths, known.get("on_disk") is True)


@dataclass(eq=False, repr=False)
class Settlement(Message):
    """The option ``_settled`` of the second run: the receipts to remove, and the apps to wait for."""

    receipts: list[str]
    pending: list[PendingApp]

    def to_json(self) -> Record:
        """Return the fields as a JSON object."""
        return {"receipts": self.receipts, "pending": [one.to_json() for one in self.pending]}

    @classmethod
    def from_json(cls, fields: Record) -> Settlement:
        """Return the settlement with these fields. Raises KeyError and TypeError if they are not those of the class."""
        return cls(fields["receipts"], [PendingApp.from_json(one) for one in fields["pending"]])
