# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what the API answers: ``data``, or the right error.

Success is HTTP 200 with ``data``. Failure is mostly HTTP 200 as well, with ``error``, ``message`` and ``statusCode``;
real status codes, bodies that are no JSON and empty ones happen too. ``error`` and ``data`` never come together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from .. import _errors as errors
from .redaction import without

_BY_CODE: dict[int, type[errors.NodanaError]] = {
    400: errors.Invalid,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.NotFound,
    422: errors.Invalid,
    429: errors.RateLimited,
}
# For an envelope that names its error and gives no number.
_CODE_BY_NAME = (
    (r"unauthori[sz]ed|authentication", 401),
    (r"forbidden", 403),
    (r"not_?found", 404),
    (r"rate_?limit|too_?many|throttl", 429),
    (r"bad_?request|validation|invalid", 400),
    (r"internal", 500),
)
PROOFS = (400, 401, 403, 404, 405, 409, 415, 422, 429)
"""The codes of documented errors, which the API answers before it changes anything."""
_MORE_PAGES = ("next", "nextPage", "nextCursor", "hasMore")


def read_response(status: int, body: bytes, *, allow_unwrapped: bool = False, hidden: Collection[str] = ()) -> Any:
    """Give the ``data`` of an answer.

    ``allow_unwrapped`` also takes an object with an ``id`` and no ``data`` around it, as the reference shows for
    a new app. What
    is ``hidden`` does not get into an error, even if the API repeats it.
    Raises Unauthorized, Forbidden, NotFound, RateLimited, Invalid, Conflict, ServerFault or Unreadable, and NodanaError
    for an error that is none of these. An error is ``unclear`` unless it is a documented one in the API's own words: a
    proxy on the way may answer anything else after the API has done what was asked.
    """
    try:
        return _data(status, body, allow_unwrapped, hidden)
    except errors.NodanaError as error:
        error.unclear = not _is_proof(status, _parse(body), error)
        raise


def _data(status: int, body: bytes, allow_unwrapped: bool, hidden: Collection[str]) -> Any:
    envelope = _parse(body)
    if 300 <= status < 400:
        raise errors.Invalid(
            "The API answered with a redirect, which is not followed", code=status, advice="Check api_url."
        )
    if isinstance(envelope, dict) and _is_refusal(envelope):
        raise _refusal(status, envelope, hidden)
    if status >= 400:
        raise _bare_status(status)
    if not isinstance(envelope, dict):
        kind = "an empty answer" if not body.strip() else "something that is not its JSON"
        raise errors.Unreadable(f"The API gave {kind}", code=status)
    if "data" in envelope:
        _refuse_pages(envelope)
        return envelope["data"]
    if allow_unwrapped and envelope.get("id"):
        return envelope
    raise errors.Unreadable("The API's answer holds neither data nor an error", code=status)


def _is_proof(status: int, envelope: Any, error: errors.NodanaError) -> bool:
    """Whether an error proves that nothing was changed: a documented number, said by the API itself."""
    if not isinstance(envelope, dict) or not _is_refusal(envelope) or error.code not in PROOFS:
        return False
    if status not in (200, error.code) or (error.code == 404 and not isinstance(error, errors.NotFound)):
        return False
    return status == error.code or _is_number(envelope.get("statusCode")) or _is_documented(error.name)


def _is_documented(name: str) -> bool:
    """Whether a name alone, without a number, is surely that of a documented error."""
    return any(re.fullmatch(rf"({words})(_?error)?", name, re.IGNORECASE) for words, _code in _CODE_BY_NAME)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_refusal(envelope: dict[str, Any]) -> bool:
    """Whether it names an error. Without a name, a failing status number and no data say the same."""
    if envelope.get("error") is not None:
        return True
    code: Any = envelope.get("statusCode")
    return "data" not in envelope and _is_number(code) and code >= 400


def _refusal(status: int, envelope: dict[str, Any], hidden: Collection[str]) -> errors.NodanaError:
    """Give the error for an envelope with ``error``: a name, or an object with ``code`` and ``message``."""
    if "data" in envelope:
        return errors.Unreadable("The API's answer holds both data and an error", code=status)
    error = envelope.get("error")
    details = error if isinstance(error, dict) else envelope
    name = _text(details.get("code") if details is error else error, hidden)
    code = _code(status, envelope.get("statusCode"), name)
    said = _text(details.get("message"), hidden)
    message = f"The API answered {name or 'an error'}" + (f' {code}: "{said}"' if said else f" {code}")
    own_words = r"not_?found" if details is error else r"not_?found_?error"
    if code == 404 and status == 404 and not re.search(own_words, name, re.IGNORECASE):
        return _bare_status(status)
    kind = errors.ServerFault if code >= 500 else _BY_CODE.get(code, errors.NodanaError)
    return kind(message, code=code, name=name or None)


def _bare_status(status: int) -> errors.NodanaError:
    """Give the error for a real HTTP status. A bare 404 is nobody's answer: the API's own says what is missing."""
    if status == 404:
        return errors.Invalid("Nothing answers at this address", code=404, advice="Check api_url: it ends in /v1.")
    kind = errors.ServerFault if status >= 500 else _BY_CODE.get(status, errors.NodanaError)
    return kind(f"The API answered HTTP {status}", code=status)


def _code(status: int, said: Any, name: str) -> int:
    if _is_number(said):
        return said
    if status >= 400:
        return status
    return next((code for words, code in _CODE_BY_NAME if re.search(words, name, re.IGNORECASE)), status)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: Any, hidden: Collection[str]) -> str:
    """Give a string of the API on one line, at most 300 characters of it; nothing for anything else."""
    if not isinstance(value, str):
        return ""
    value = without(value, hidden)  # before the cut, which would leave a part of it that is not found any more
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:300]


def _refuse_pages(envelope: dict[str, Any]) -> None:
    """Half a list taken for a whole one would create apps twice."""
    if any(envelope.get(key) for key in _MORE_PAGES):
        raise errors.Unreadable(
            "The API answered with one page of several, which this version cannot read",
            advice="Update the collection nodana.cloud.",
        )
