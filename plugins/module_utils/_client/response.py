# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a response of the API: return its ``data``, or raise the matching error.

A success is HTTP 200 with ``data``. A failure is mostly HTTP 200 as well, with ``error``, ``message`` and
``statusCode``. Real HTTP status codes, non-JSON bodies and empty bodies also occur. A response never holds both
``error`` and ``data``.
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
# The codes for an envelope that has the name of an error and no number.
_CODE_BY_NAME = (
    (r"unauthori[sz]ed|authentication", 401),
    (r"forbidden", 403),
    (r"not_?found", 404),
    (r"rate_?limit|too_?many|throttl", 429),
    (r"bad_?request|validation|invalid", 400),
    (r"internal", 500),
)
PROOFS = (400, 401, 403, 404, 405, 409, 415, 422, 429)
"""The codes of documented errors. The API returns them before it changes anything."""
_MORE_PAGES = ("next", "nextPage", "nextCursor", "hasMore")


def read_response(status: int, body: bytes, *, allow_unwrapped: bool = False, hidden: Collection[str] = ()) -> Any:
    """Return the ``data`` of a response.

    ``allow_unwrapped`` also accepts an object with an ``id`` and no ``data`` around it, as the API reference shows for
    a new app. Texts in ``hidden`` never get into an error, even if the API repeats them.

    Raises Unauthorized, Forbidden, NotFound, RateLimited, Invalid, Conflict, ServerFault or Unreadable, and NodanaError
    for any other error. The error is ``unclear`` unless it is a documented error in the API's own words. A proxy may
    return any other error after the API has made the change.
    """
    try:
        return _data(status, body, allow_unwrapped, hidden)
    except errors.NodanaError as error:
        error.unclear = not _is_proof(status, _parse(body), error)
        raise


def read_bare_response(status: int, body: bytes, *, hidden: Collection[str] = ()) -> Any:
    """Return the JSON object of a response of the generation that has nodes, or None for status 204.

    Every status from 200 to 299 is a success, and the object is not wrapped in ``data``. With status 202, it may be
    missing and is empty then. An object with ``error`` is a success only if it also holds a node or nodes.
    Raises the errors of ``read_response``.
    """
    found = _parse(body)
    held = isinstance(found, dict) and any(name in found for name in ("id", "node", "nodes"))
    if 200 <= status < 300 and (held or not (isinstance(found, dict) and _is_refusal(found))):
        if status == 204:
            return None
        if status == 202 and not body.strip():
            return {}
        if not isinstance(found, dict):
            raise errors.Unreadable("The API returned a non-JSON response", code=status)
        _refuse_pages(found)
        return found
    return read_response(status, body, hidden=hidden)  # an error


def _data(status: int, body: bytes, allow_unwrapped: bool, hidden: Collection[str]) -> Any:
    envelope = _parse(body)
    if 300 <= status < 400:
        raise errors.Invalid("The API returned a redirect, which is not followed", code=status, advice="Check api_url.")
    if isinstance(envelope, dict) and _is_refusal(envelope):
        raise _refusal(status, envelope, hidden)
    if status >= 400:
        raise _bare_status(status)
    if not isinstance(envelope, dict):
        kind = "an empty response" if not body.strip() else "a non-JSON response"
        kind = kind if envelope is None else "a JSON response that is not an object"
        raise errors.Unreadable(f"The API returned {kind}", code=status)
    if "data" in envelope:
        _refuse_pages(envelope)
        return envelope["data"]
    if allow_unwrapped and envelope.get("id"):
        return envelope
    raise errors.Unreadable("The API returned a response with neither data nor an error", code=status)


def _is_proof(status: int, envelope: Any, error: errors.NodanaError) -> bool:
    """Return whether an error proves that nothing was changed: it has a documented code and is from the API itself."""
    if not isinstance(envelope, dict) or not _is_refusal(envelope) or error.code not in PROOFS:
        return False
    if status not in (200, error.code) or (error.code == 404 and not isinstance(error, errors.NotFound)):
        return False
    return status == error.code or _is_number(envelope.get("statusCode")) or _is_documented(error.name)


def _is_documented(name: str) -> bool:
    """Return whether a name without a number clearly belongs to a documented error."""
    return any(re.fullmatch(rf"({words})(_?error)?", name, re.IGNORECASE) for words, _code in _CODE_BY_NAME)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_refusal(envelope: dict[str, Any]) -> bool:
    """Return whether the envelope holds an error: an ``error``, or a failing ``statusCode`` without ``data``."""
    if envelope.get("error") is not None:
        return True
    code: Any = envelope.get("statusCode")
    return "data" not in envelope and _is_number(code) and code >= 400


def _refusal(status: int, envelope: dict[str, Any], hidden: Collection[str]) -> errors.NodanaError:
    """Return the exception for an envelope with an error.

    ``error`` in the envelope is a name, or an object with ``code`` and ``message``.
    """
    if "data" in envelope:
        return errors.Unreadable("The API returned a response with both data and an error", code=status)
    error = envelope.get("error")
    details = error if isinstance(error, dict) else envelope
    name = _text(details.get("code") if details is error else error, hidden)
    code = _code(status, envelope.get("statusCode"), name)
    said = _text(details.get("message"), hidden)
    message = f"The API returned {name or 'error'}" + (f' {code}: "{said}"' if said else f" {code}")
    own_words = r"not_?found" if details is error else r"not_?found_?error"
    if code == 404 and status == 404 and not re.search(own_words, name, re.IGNORECASE):
        return _bare_status(status)
    kind = errors.ServerFault if code >= 500 else _BY_CODE.get(code, errors.NodanaError)
    return kind(message, code=code, name=name or None)


def _bare_status(status: int) -> errors.NodanaError:
    """Return the exception for a real HTTP status without an envelope.

    A bare 404 does not come from the API, whose own 404 names what is missing. So it means a wrong address.
    """
    if status == 404:
        return errors.MissingRoute("No API was found at this address (HTTP 404)", code=404)
    kind = errors.ServerFault if status >= 500 else _BY_CODE.get(status, errors.NodanaError)
    return kind(f"The API returned HTTP {status}", code=status)


def _code(status: int, said: Any, name: str) -> int:
    if _is_number(said):
        return said
    if status >= 400:
        return status
    return next((code for words, code in _CODE_BY_NAME if re.search(words, name, re.IGNORECASE)), status)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: Any, hidden: Collection[str]) -> str:
    """Return a string of the API on one line, cut to 300 characters, or an empty text if it is not a string."""
    if not isinstance(value, str):
        return ""
    value = without(value, hidden)  # before the text is cut, or a part of a secret could remain unrecognized
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:300]


def _refuse_pages(envelope: dict[str, Any]) -> None:
    """Raise Unreadable if a response is one page of several.

    If an incomplete list were taken for a complete one, apps would be created twice.
    """
    if any(envelope.get(key) for key in _MORE_PAGES):
        raise errors.Unreadable(
            "The API returned one page of several, which this version does not support",
            advice="Update the collection nodana.cloud.",
        )
