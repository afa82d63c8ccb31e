# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as one small family of exceptions.

Each carries what failed (``message``), what the API said (``code``, ``name``), on which ``request``, and ends with what
to do next (``advice``). None of them ever holds the API key, a secret or a raw answer.
"""

from __future__ import annotations


class NodanaError(Exception):
    """An outcome to report to a person.

    ``message`` says what failed, ``code`` is the API's status number (None when the API did not give one), ``name`` the
    API's name of the error or else this class's, ``request`` reads like ``POST /apps``. ``unclear`` is True for an
    answer that does not prove that the request changed nothing.
    """

    advice = ""
    unclear = False

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

    advice = "Check that the key is right and may do this, and the limits of the account (four projects, credit)."


class NotFound(NodanaError):
    """What the request names does not exist (any more)."""

    advice = "Check the id; nodana_project_info and nodana_app_info list what there is."


class MissingRoute(NodanaError):
    """The host does not have what this collection manages, so nothing is known about the thing that was asked for."""

    advice = "Check api_url: it ends in /v1."


class RateLimited(NodanaError):
    """The API goes on refusing because of its request limit."""

    advice = (
        "Something else uses this key at the same time: wait, or raise request_interval. Pushing on gets keys banned."
    )
    pause = 0.0  # seconds that everybody who uses the key now waits


class Invalid(NodanaError):
    """The input is wrong: found here before any request, or by the API."""


class Conflict(NodanaError):
    """What is there stands in the way: several matches, a project with apps, a cordoned app, another version."""


class ServerFault(NodanaError):
    """The API failed, or its answer cannot be read."""

    advice = "Try again later; if it stays so, ask Nodana's support."


class Unreadable(ServerFault):
    """An answer arrived and is not in the API's form."""

    advice = "Check api_url and any proxy; if they are right, ask Nodana's support."


class Unreachable(NodanaError):
    """No answer arrived.

    ``sent`` is False when the request provably never reached the API, ``lasting`` True when trying again is no use.
    """

    advice = "Check the network, the proxy and api_url."

    def __init__(self, message: str, *, sent: bool, lasting: bool = False, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.sent = sent
        self.lasting = lasting


class AmbiguousOutcome(NodanaError):
    """A write was sent and its answer is missing or unreadable: it may have happened."""

    advice = "Look what is there before you run this again."


class WaitTimeout(NodanaError):
    """The change was accepted, and its effect did not show in time."""

    advice = "Look again with nodana_app_info; a longer wait_timeout helps where an app is merely slow."
