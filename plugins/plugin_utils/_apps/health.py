# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of apps by template. They only read: no request here can pay or move funds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock

from .alby_hub import is_moved
from .backoff import Backoff
from .claim import MAYBE_RESET, MovedAway
from .client import NONE, TOO_MANY_REQUESTS, App, Response
from .lnbits import NO_ADMINISTRATOR, NO_PASSWORDS, NO_PASSWORDS_STATUS, THROTTLED, is_status_of_user, log_in

Secrets = Mapping[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """The params of the app. ``is_new`` means that this run created it with them, so they must show."""

    params: Mapping[str, Any] = field(default_factory=dict)
    is_new: bool = False


@dataclass(frozen=True)
class Verdict:
    """The result of a health check.

    ``reason`` says what is wrong and is empty for a healthy app. ``facts`` is what the app reported. A ``final``
    verdict does not improve with time, so a retry is useless. ``retry_after`` is the minimum number of seconds before
    another check; a healthy app has it if something could not be verified yet. ``advice`` replaces that of the
    template.
    """

    reason: str = ""
    facts: Facts = field(default_factory=dict)
    final: bool = False
    retry_after: float = 0.0
    advice: str = ""

    @property
    def healthy(self) -> bool:
        """Return whether the app is healthy."""
        return not self.reason

    @property
    def may_improve(self) -> bool:
        """Return whether another check can have a better result."""
        return not self.final and (not self.healthy or self.retry_after > 0)


LIMITED_PASSWORDS = ("restricted_password", "limited_password")
"""Possible names of phoenixd's limited password: the API does not document the name."""

Rule = Callable[[App, Secrets, Expected], Verdict]


def alive(app: App, _known: Secrets, _expected: Expected) -> Verdict:
    """Check that the app responds with a status below 500."""
    response = app.request("GET /")
    return _failed(response) if response.status == NONE or response.status >= 500 else Verdict()


def _vss(app: App, _known: Secrets, _expected: Expected) -> Verdict:
    """Check that a VSS server refuses an unsigned request. Any other response below 500 only shows that it responds."""
    response = app.request("GET /")
    if response.status == 401:
        return Verdict()
    if response.status == NONE or response.status >= 500:
        return _failed(response)
    return Verdict(facts={"note": f"it responds, but {response}, not 401"})


def _phoenixd(app: App, known: Secrets, _expected: Expected) -> Verdict:
    """Check that phoenixd refuses requests without the right password, and returns its node id with it."""
    for wrong in (None, secrets.token_hex(16)):
        response = app.request("GET /getinfo", password=wrong)
        if response.status != 401:
            return _open(response, "without a password" if wrong is None else "with a wrong password")
    if not known.get("password"):
        return Verdict(facts={"note": "its password is not known; it refuses requests without it"})
    response = app.request("GET /getinfo", password=str(known["password"]))
    info = response.fields()
    lacking = [name for name in ("nodeId", "chain") if not info.get(name)]
    if response.status != 200 or lacking:
        return _failed(response, _without(lacking) if response.status == 200 else "")
    for limited in (known[name] for name in LIMITED_PASSWORDS if known.get(name)):
        response = app.request("GET /getinfo", password=str(limited))
        if response.status != 200:
            return replace(_failed(response), reason=f"with the limited password {response}")
    facts = {"node_id": info["nodeId"], "chain": info["chain"], "channels": len(info.get("channels") or [])}
    return Verdict(facts={**facts, "version": info.get("version")})


def _mint(app: App, _known: Secrets, expected: Expected) -> Verdict:
    """Check that the mint has an active keyset to sign with and, if it is new, the name and description it got.

    The owner of a mint can rename it later, so another name is then only a note.
    """
    response = app.request("GET /v1/info")
    if response.status != 200:
        return _probe_failed(response)
    info = response.fields()
    facts = {name: info.get(name) for name in ("name", "description", "version")}
    others = [
        f"its {name} is {info.get(name)!r}, not {expected.params[f'mint_{name}']!r}"
        for name in ("name", "description")
        if expected.params.get(f"mint_{name}") not in (None, info.get(name))
    ]
    if others and expected.is_new:
        return Verdict(f"{response}, and {' and '.join(others)}, with which it was created", facts, final=True)
    if others:
        facts["note"] = f"{' and '.join(others)} as in params: params are used only to create an app"
    response = app.request("GET /v1/keysets")
    keysets = response.fields().get("keysets")
    if response.status != 200 or not isinstance(keysets, list):
        return _failed(response, facts=facts)
    active = [keyset for keyset in keysets if isinstance(keyset, dict) and keyset.get("active")]
    return Verdict("" if active else f"{response}, and no keyset is active", facts)


def _lnbits(app: App, known: Secrets, _expected: Expected) -> Verdict:
    """Check that LNbits is claimed and healthy, and that its funding source responds."""
    response = app.request("GET /api/v1/health")
    if response.status == 307:
        return _unclaimed(bool(known.get("lnbits_username")))
    if response.status != 200:
        return _probe_failed(response)
    if not known.get("lnbits_username"):
        return Verdict(facts={"note": "its credentials are not known, so its funding source was not checked"})
    response = log_in(app, known)
    token = response.fields().get("access_token")
    if response.status == NO_PASSWORDS_STATUS:
        note = f"{NO_PASSWORDS}, so its owner and its funding source were not checked: {response}"
        return Verdict(facts={"note": note})
    if response.status == TOO_MANY_REQUESTS:
        wait = f"wait at least {response.retry_after:g} s"
        note = f"its funding source cannot be verified now, {wait}: {response}. {THROTTLED}"
        return Verdict(facts={"note": note}, retry_after=response.retry_after)
    if response.status != 200 or not token:
        return _failed(response)
    return _funding_source(app.request("GET /api/v1/status", token=str(token)))


def _funding_source(response: Response) -> Verdict:
    """Return the verdict for the status of an LNbits."""
    status = response.fields()
    if response.status == 404:
        return Verdict(facts={"note": "this version does not report its funding source"})
    if is_status_of_user(response):
        return Verdict(
            f"{NO_ADMINISTRATOR}: it was reset and claimed by another user, or the owner changed", final=True
        )
    if response.status != 200 or not status.get("funding_source"):
        return _failed(response, _without(["funding_source"]) if response.status == 200 else "")
    facts = {"version": status.get("version"), "funding_source": status["funding_source"]}
    error = status.get("funding_source_error")
    return Verdict(f"{response}, and its funding source says: {error}" if error else "", facts)


def _alby_hub(app: App, known: Secrets, _expected: Expected) -> Verdict:
    """Check that Alby Hub is set up and its node runs. While it runs, it keeps the error of an earlier start."""
    response = app.request("GET /api/info")
    info = response.fields()
    if response.status != 200 or "setupCompleted" not in info:
        return _probe_failed(response, _without(["setupCompleted"]) if response.status == 200 else "")
    facts = {"version": info.get("version"), "network": info.get("network")}
    if is_moved(info):
        reason = "IT WAS MOVED AWAY: it must never be started or unlocked again"
        return Verdict(reason, facts, final=True, advice=MovedAway.advice)
    if not info["setupCompleted"]:
        return replace(_unclaimed(bool(known.get("alby_hub_password"))), facts=facts)
    if info.get("running"):
        return Verdict(facts=facts)
    if info.get("startupError"):
        return Verdict(f"{response}, and its start failed: {info['startupError']}", facts)
    return Verdict(f"{response}, and it is locked, as after each restart", facts)


NOTHING: Facts = {"version": None, "node_id": None, "note": None}
"""The facts that every app has."""

RULES: Mapping[str, Rule] = {
    "phoenixd": _phoenixd,
    "cdk-mintd": _mint,
    "nutshell": _mint,
    "lnbits-phoenixd": _lnbits,
    "alby-hub-phoenixd": _alby_hub,
    "vss": _vss,
}
"""The health checks by template. ``alive`` is the check for any other template."""


def rule(template: str) -> Rule:
    """Return the health check of a template."""
    return RULES.get(template, alive)


def wait_until_healthy(
    rule: Rule, app: App, known: Secrets, expected: Expected, timeout: float, clock: Clock
) -> tuple[Verdict, int]:
    """Check an app until it is healthy, and return the last verdict and the number of checks.

    ``timeout`` is in seconds. A healthy app is checked again if a part of it cannot be verified yet and the timeout
    allows the wait.
    Raises WaitTimeout if it does not become healthy.
    """
    backoff = Backoff(timeout, clock)
    verdict, checks = rule(app, known, expected), 1
    while verdict.may_improve and backoff.wait(verdict.retry_after):
        verdict, checks = rule(app, known, expected), checks + 1
    if not verdict.healthy:
        over = f" after {round(timeout, 1):g} s" if backoff.is_over and not verdict.final else ""
        again = f". Wait at least {verdict.retry_after:g} s" if verdict.retry_after else ""
        message = f"{app} is not healthy{over}: {verdict.reason}{again}"
        raise WaitTimeout(message, advice=verdict.advice or advice(app.template))
    return verdict, checks


def advice(template: str) -> str:
    """Return advice for an unhealthy app."""
    if template in ("lnbits-phoenixd", "alby-hub-phoenixd"):
        return "Open the app in a browser. The module nodana_app_claim claims and unlocks it."
    return "Check with nodana_app_info, or on the app's page at Nodana, that the app runs."


def _open(response: Response, how: str) -> Verdict:
    """Return the verdict for an app that does not refuse a request without the right password."""
    if response.status == 200:
        return Verdict(f"ANYONE CAN READ IT: {how} {response}", final=True)
    return _probe_failed(response, f" {how}, not 401" if response.status != NONE else "")


def _unclaimed(has_credentials: bool) -> Verdict:
    """Return the verdict for an app that the next visitor can claim."""
    return Verdict(MAYBE_RESET if has_credentials else "IT IS NOT CLAIMED: its first visitor will own it")


def _failed(response: Response, words: str = "", facts: Facts | None = None) -> Verdict:
    """Return the verdict for a response that shows no healthy app. A refusal is final."""
    return Verdict(f"{response}{words}", facts or {}, response.is_refusal, response.retry_after)


def _probe_failed(response: Response, words: str = "") -> Verdict:
    """Return the verdict for the first response of a check, which a proxy may have sent in place of the app."""
    return replace(_failed(response, words), final=response.is_refusal_of_probe)


def _without(names: list[str]) -> str:
    return f" without {' and '.join(names)}"
