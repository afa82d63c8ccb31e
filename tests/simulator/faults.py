# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on demand: what goes wrong with the next requests that match."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from .answers import Answer

_ERROR = Answer("", 500, "Internal Server Error", "text/plain")
_DROP = Answer("", dropped=True)

INSTEAD: Mapping[str, Answer] = MappingProxyType(
    {
        "drop_before": _DROP,
        "error_before": _ERROR,
        "html_502": Answer("", 502, "<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html"),
        "not_json_200": Answer("", 200, "<html><body>Welcome</body></html>", "text/html"),
        "redirect": Answer("", 302, "", "text/plain", {"Location": "/v1/redirected"}),
    }
)
"""Answers that come instead of the call: nothing is changed."""

DRIPS = ("drip_headers", "drip_body", "continue_forever")
"""Faults that send an answer so slowly that no client should wait for its end."""

AFTERWARDS = (
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data"),
    *("redirect_after", "status_after", "named_error_after", "limit_after"),
    *DRIPS,
)
"""Faults that spoil the answer of a call: its change is made."""

WITH_STATUS = ("status_before", "status_after")
"""Faults that answer with a real HTTP ``status`` and a page of HTML, as a proxy does."""

DELAYS = ("slow", "slow_after")
"""Faults that only take ``seconds``: before the call, or between the call and its answer."""

NAMES = (*INSTEAD, *AFTERWARDS, *DELAYS, "status_before", "limit")


@dataclass(frozen=True)
class Fault:
    """What happens to requests of ``method`` whose path below ``/v1`` matches ``path``, ``times`` times."""

    fault: str
    method: str | None = None
    path: str | None = None
    times: int = 1
    seconds: float = 0.0
    status: int | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is meant by this fault."""
        return self.method in (None, method) and (self.path is None or re.search(self.path, path) is not None)


@dataclass
class Faults:
    """The faults still to come. The first that matches is used."""

    pending: list[Fault] = field(default_factory=list)

    def add(self, wanted: Any) -> None:
        """Add faults from a list of objects. ``ValueError`` says what is wrong with it; then none is added."""
        if not isinstance(wanted, list):
            raise ValueError("faults must be a list")
        self.pending += [_read(item) for item in wanted]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used once more; None for a request that goes well."""
        for position, fault in enumerate(self.pending):
            if fault.matches(method, path):
                left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.pending[position : position + 1] = left
                return fault
        return None

    def as_list(self) -> list[dict[str, Any]]:
        """The pending faults, with the times that are left."""
        return [asdict(fault) for fault in self.pending]


def page(fault: Fault) -> Answer:
    """The page that one of ``WITH_STATUS`` answers with."""
    assert fault.status is not None, "checked when the fault was added"
    return Answer(fault.fault, fault.status, f"<html><body><h1>{fault.status}</h1></body></html>", "text/html")


def spoiled(fault: Fault, answer: Answer, limit: Answer) -> Answer:
    """The answer to a call whose change was made, as one of ``AFTERWARDS`` leaves it. ``limit`` is a limit answer."""
    if fault.fault == "status_after":
        return page(fault)
    forms = {
        "drop_after": _DROP,
        "error_after": _ERROR,
        "cut_json": replace(answer, body=answer.body[: len(answer.body) // 2]),
        "empty_body": replace(answer, body=""),
        "no_data": replace(answer, status=200, body=json.dumps({"message": "OK"})),
        **{name: replace(answer, drip=name) for name in DRIPS},
        "redirect_after": INSTEAD["redirect"],
        "named_error_after": replace(answer, status=200, body=json.dumps({"error": "x"})),
        "limit_after": limit,
    }
    return replace(forms[fault.fault], outcome=fault.fault)


def _read(item: Any) -> Fault:
    try:
        fault = Fault(**item)
    except TypeError:
        raise ValueError("a fault is an object with fault, method, path, times, seconds, status") from None
    if fault.fault not in NAMES:
        raise ValueError(f"unknown fault {fault.fault!r}; known: {', '.join(NAMES)}")
    if fault.method not in (None, "GET", "POST"):
        raise ValueError("method must be GET or POST")
    if isinstance(fault.times, bool) or not isinstance(fault.times, int) or fault.times < 1:
        raise ValueError("times must be a whole number from 1 on")
    if not isinstance(fault.seconds, (int, float)) or not fault.seconds >= 0:
        raise ValueError("seconds must be a number from 0 on")
    _check_status(fault)
    try:
        re.compile(fault.path or "")
    except (re.error, TypeError):
        raise ValueError("path must be a regular expression") from None
    return fault


def _check_status(fault: Fault) -> None:
    if fault.fault not in WITH_STATUS:
        if fault.status is not None:
            raise ValueError(f"status is for {' and '.join(WITH_STATUS)} only")
        return
    if isinstance(fault.status, bool) or not isinstance(fault.status, int) or not 200 <= fault.status <= 599:
        raise ValueError("status must be a whole number from 200 to 599")
