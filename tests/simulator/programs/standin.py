# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all stand-ins have in common: a request comes in, a reply goes out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """An HTTP request. The names of ``headers`` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def password(self) -> str | None:
        """The password of a Basic authorization, whoever the user is; None without one."""
        scheme, _space, credentials = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            _user, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return password if colon else None

    def bearer(self) -> str:
        """The token of a Bearer authorization; empty without one."""
        scheme, _space, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    def fields(self) -> dict[str, Any]:
        """The object in a JSON body; empty when it is none, or does not say that it is JSON."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer: text as it is, anything else as JSON."""

    status: int
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class StandIn:
    """Answers in place of a program of this ``version``. ``started`` tells one run of it from the next."""

    version = ""
    started = 0.0

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        raise NotImplementedError

    def change(self, values: Mapping[str, Any]) -> None:
        """Change what tests may set. ``ValueError`` for anything else."""
        raise ValueError(f"nothing can be set here: {', '.join(values) or 'nothing was named'}")
