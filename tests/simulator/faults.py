# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inject faults into the next matching requests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from .answers import Answer, html_page

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
"""Responses that replace the call. The call is not run, so nothing changes."""

DRIPS = ("drip_headers", "drip_body", "continue_forever")
"""Faults that send an endless response. A client must not wait for the end of it."""

AFTERWARDS = (
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data"),
    *("redirect_after", "status_after", "named_error_after", "limit_after"),
    *DRIPS,
)
"""Faults that spoil the response of a call. The call is run, so its change is made."""

WITH_STATUS = ("status_before", "status_after")
"""Faults that respond with a real HTTP ``status`` and an HTML page, as a proxy does."""

DELAYS = ("slow", "slow_after")
"""Faults that add a delay of ``seconds``: before the call, or between the call and its response."""

NAMES = (*INSTEAD, *AFTERWARDS, *DELAYS, "status_before", "limit")


@dataclass(frozen=True)
class Fault:
    """A fault for the next ``times`` requests with this ``method`` whose path below ``/v1`` matches ``path``."""

    fault: str
    method: str | None = None
    path: str | None = None
    times: int = 1
    seconds: float = 0.0
    status: int | None = None

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault applies to a request."""
        return self.method in (None, method) and (self.path is None or re.search(self.path, path) is not None)


@dataclass
class Faults:
    """The pending faults. A request takes the first fault that matches."""

    pending: list[Fault] = field(default_factory=list)

    def add(self, wanted: Any) -> None:
        """Add the faults in a list of objects. Raises ``ValueError`` if any of them is invalid; then none is added."""
        if not isinstance(wanted, list):
            raise ValueError("faults must be a list")
        self.pending += [_read(item) for item in wanted]

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request and count its use, or None if no fault matches."""
        for position, fault in enumerate(self.pending):
            if fault.matches(method, path):
                left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.pending[position : position + 1] = left
                return fault
        return None

    def as_list(self) -> list[dict[str, Any]]:
        """Return the pending faults with their remaining ``times``."""
        return [asdict(fault) for fault in self.pending]


def page(fault: Fault) -> Answer:
    """Return the HTML page that a fault of ``WITH_STATUS`` responds with."""
    assert fault.status is not None, "checked when the fault was added"
    return Answer(fault.fault, fault.status, html_page(fault.status), "text/html")


def spoiled(fault: Fault, answer: Answer, limit: Answer) -> Answer:
    """Return the response to a completed call, spoiled by a fault of ``AFTERWARDS``.

    ``limit`` is a rate limit response.
    """
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
    if fault.method not in (None, "GET", "POST", "DELETE"):
        raise ValueError("method must be GET, POST or DELETE")
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
