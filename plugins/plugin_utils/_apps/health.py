# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of apps by template. They only read: no request here can pay or move funds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .client import NONE, Answer, App
from .lnbits import login

Secrets = Mapping[str, Any]
Params = Mapping[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """The result of a health check.

    ``reason`` says what is wrong and is empty for a healthy app. ``facts`` is what the app reported. A ``final``
    verdict does not improve with time, so a retry is useless.
    """

    reason: str = ""
    facts: Facts = field(default_factory=dict)
    final: bool = False

    @property
    def well(self) -> bool:
        """Return whether the app is healthy."""
        return not self.reason


LIMITED_PASSWORDS = ("restricted_password", "limited_password")
"""Possible names of phoenixd's limited password: the API does not document the name."""

Rule = Callable[[App, Secrets, Params], Verdict]


def alive(app: App, _known: Secrets, _params: Params) -> Verdict:
    """Check that the app responds with a status below 500."""
    answer = app.ask("GET /")
    return Verdict(str(answer)) if answer.status == NONE or answer.status >= 500 else Verdict()


def _phoenixd(app: App, known: Secrets, _params: Params) -> Verdict:
    """Check that phoenixd refuses requests without the right password, and returns its node id with it."""
    for wrong in (None, secrets.token_hex(16)):
        answer = app.ask("GET /getinfo", password=wrong)
        if answer.status != 401:
            return _open(answer, "without a password" if wrong is None else "with a wrong password")
    if not known.get("password"):
        return Verdict(facts={"note": "no password is at hand, so only that it refuses strangers is known"})
    answer = app.ask("GET /getinfo", password=str(known["password"]))
    info = answer.fields()
    lacking = [name for name in ("nodeId", "chain") if not info.get(name)]
    if answer.status != 200 or lacking:
        return Verdict(f"{answer}{_without(lacking) if answer.status == 200 else ''}", final=answer.status == 401)
    for limited in (known[name] for name in LIMITED_PASSWORDS if known.get(name)):
        answer = app.ask("GET /getinfo", password=str(limited))
        if answer.status != 200:
            return Verdict(f"with the limited password {answer}", final=answer.status == 401)
    facts = {"node_id": info["nodeId"], "chain": info["chain"], "channels": len(info.get("channels") or [])}
    return Verdict(facts={**facts, "version": info.get("version")})


def _mint(app: App, _known: Secrets, params: Params) -> Verdict:
    """Check that the mint has the name and description in ``params``, and an active keyset to sign with."""
    answer = app.ask("GET /v1/info")
    if answer.status != 200:
        return Verdict(str(answer))
    info = answer.fields()
    facts = {name: info.get(name) for name in ("name", "description", "version")}
    for name in ("name", "description"):
        wanted = params.get(f"mint_{name}")
        if wanted is not None and info.get(name) != wanted:
            told = f"its {name} is {info.get(name)!r}, not {wanted!r}: params count only when an app is created"
            return Verdict(f"{answer}, and {told}", facts, final=True)
    answer = app.ask("GET /v1/keysets")
    keysets = answer.fields().get("keysets")
    if answer.status != 200 or not isinstance(keysets, list):
        return Verdict(str(answer), facts)
    active = [keyset for keyset in keysets if isinstance(keyset, dict) and keyset.get("active")]
    return Verdict("" if active else f"{answer}, and no keyset is active", facts)


def _lnbits(app: App, known: Secrets, _params: Params) -> Verdict:
    """Check that LNbits is claimed and healthy, and that its funding source responds."""
    answer = app.ask("GET /api/v1/health")
    if answer.status == 307:
        return Verdict("NOBODY HAS CLAIMED IT: its first visitor will own it")
    if answer.status != 200:
        return Verdict(str(answer))
    if not known.get("lnbits_username"):
        return Verdict(facts={"note": "no credentials are at hand, so its funding source is not known"})
    answer = app.ask("POST /api/v1/auth", login(known))
    token = answer.fields().get("access_token")
    if answer.status == 403:
        return Verdict(facts={"note": "it takes no passwords any more, so its funding source is not known"})
    if answer.status != 200 or not token:
        return Verdict(str(answer), final=answer.status == 401)
    answer = app.ask("GET /api/v1/status", token=str(token))
    status = answer.fields()
    if answer.status == 404:
        return Verdict(facts={"note": "this version does not tell its funding source"})
    if answer.status != 200 or not status.get("funding_source"):
        return Verdict(f"{answer}{_without(['funding_source']) if answer.status == 200 else ''}")
    facts = {"version": status.get("version"), "funding_source": status["funding_source"]}
    error = status.get("funding_source_error")
    return Verdict(f"{answer}, and its funding source says: {error}" if error else "", facts)


def _alby_hub(app: App, _known: Secrets, _params: Params) -> Verdict:
    """Check that Alby Hub is set up and its node runs."""
    answer = app.ask("GET /api/info")
    info = answer.fields()
    if answer.status != 200 or "setupCompleted" not in info:
        return Verdict(f"{answer}{_without(['setupCompleted']) if answer.status == 200 else ''}")
    facts = {"version": info.get("version"), "network": info.get("network")}
    if not info["setupCompleted"]:
        return Verdict("NOBODY HAS CLAIMED IT: its first visitor will own it", facts)
    if info.get("startupError"):
        return Verdict(f"{answer}, and its start failed: {info['startupError']}", facts)
    return Verdict("" if info.get("running") else f"{answer}, and it is locked, as after each restart", facts)


NOTHING: Facts = {"version": None, "node_id": None, "note": None}
"""The facts that every app has."""

RULES: Mapping[str, Rule] = {
    "phoenixd": _phoenixd,
    "cdk-mintd": _mint,
    "nutshell": _mint,
    "lnbits-phoenixd": _lnbits,
    "alby-hub-phoenixd": _alby_hub,
}
"""The health checks by template. ``alive`` is the check for any other template."""


def rule(template: str) -> Rule:
    """Return the health check of a template."""
    return RULES.get(template, alive)


def advice(template: str) -> str:
    """Return advice for an unhealthy app."""
    if template in ("lnbits-phoenixd", "alby-hub-phoenixd"):
        return "Look at the app in a browser; app_claim claims and unlocks it."
    return "Look whether the app runs, with nodana_app_info, and at its page at Nodana."


def _open(answer: Answer, how: str) -> Verdict:
    """Return the verdict for an app that does not refuse a request without the right password."""
    if answer.status == 200:
        return Verdict(f"ANYBODY CAN READ IT: {how} {answer}", final=True)
    return Verdict(f"{how} {answer}, not 401")


def _without(names: list[str]) -> str:
    return f" without {' and '.join(names)}"
