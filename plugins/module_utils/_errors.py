# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exceptions of this collection.

Each one carries what failed (``message``), what the API said (``code``, ``name``), the ``request`` that failed, and
what to do next (``advice``). None of them ever holds the API key, a secret or a raw response.
"""

from __future__ import annotations


class NodanaError(Exception):
    """An error to report to the user.

    ``message`` says what failed. ``code`` is the API's status number, or None if the API returned none. ``name`` is the
    API's name of the error, or the name of this class. ``request`` reads like
    ``POST https://api.nodana.io/v1/apps``. ``unclear`` is True if the response does not prove that the request changed
    nothing.
    """

    advice = ""
    unclear = False
    follows_doubt = False
    """True if an earlier attempt of the same request may have taken effect."""
    is_retry = False
    """True if there was an earlier attempt of the same request."""
    created = ""
    """The id of what was created before the error, or an empty text."""

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        name: str | None = None,
        request: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.name = name or type(self).__name__
        self.request = request
        if advice is not None:
            self.advice = advice

    def __str__(self) -> str:
        where = f"{self.request}: " if self.request else ""
        sentence = f"{where}{self.message}".rstrip(".")
        return f"{sentence}. {self.advice}".rstrip()


class Unauthorized(NodanaError):
    """The API does not accept the key."""

    advice = "Check api_key or NODANA_API_KEY: the key may be mistyped, revoked or banned."


class Forbidden(NodanaError):
    """The API knows the key and refuses the request."""

    advice = "Check that the key is correct and has this permission, and the account's limits (four projects, credit)."


class NotFound(NodanaError):
    """The object that the request names does not exist, or does not exist any more."""

    advice = "Check the id; nodana_project_info and nodana_app_info list what exists."


class MissingRoute(NodanaError):
    """The API lacks what the request needs, such as services. This does not prove that an object does not exist."""

    advice = "Check api_url: it must end in /v1."


class RateLimited(NodanaError):
    """The API still refuses requests because of its rate limit."""

    advice = (
        "Something else uses this key at the same time. Wait, or increase request_interval: the API bans keys that "
        "exceed the rate limit."
    )
    pause = 0.0  # seconds for which all processes that use the key now pause


class Invalid(NodanaError):
    """The input is wrong, as found by this collection before any request, or by the API."""


class Conflict(NodanaError):
    """Existing objects prevent the change: several matches, a project with apps, a cordoned app, another version."""


class ServerFault(NodanaError):
    """The API failed, or its response cannot be read."""

    advice = "Try again later. If the error persists, contact Nodana's support."


class Unreadable(ServerFault):
    """A response arrived that does not have the API's format."""

    advice = "Check api_url and any proxy. If they are correct, contact Nodana's support."


class Unreachable(NodanaError):
    """No response arrived.

    ``sent`` is False if the request provably never reached the API. ``lasting`` is True if a retry cannot help.
    """

    advice = "Check the network, the proxy and api_url."

    def __init__(self, message: str, *, sent: bool, lasting: bool = False, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.sent = sent
        self.lasting = lasting


class AmbiguousOutcome(NodanaError):
    """A write was sent, and its response is missing or unreadable. The write may have taken effect."""

    advice = "Check what exists before you run this again."


class WaitTimeout(NodanaError):
    """The API accepted the change, but its effect did not show in time."""

    advice = "Check the app with nodana_app_info. Increase wait_timeout if it is only slow."
