# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of apps by template. They only read: no request here can pay or move funds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .client import NONE, App, Response
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
    def healthy(self) -> bool:
        """Return whether the app is healthy."""
        return not self.reason


LIMITED_PASSWORDS = ("restricted_password", "limited_password")
"""Possible names of phoenixd's limited password: the API does not document the name."""

Rule = Callable[[App, Secrets, Params], Verdict]


def alive(app: App, _known: Secrets, _params: Params) -> Verdict:
    """Check that the app responds with a status below 500."""
    response = app.request("GET /")
    return Verdict(str(response)) if response.status == NONE or response.status >= 500 else Verdict()


def _phoenixd(app: App, known: Secrets, _params: Params) -> Verdict:
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
        return Verdict(f"{response}{_without(lacking) if response.status == 200 else ''}", final=response.status == 401)
    for limited in (known[name] for name in LIMITED_PASSWORDS if known.get(name)):
        response = app.request("GET /getinfo", password=str(limited))
        if response.status != 200:
            return Verdict(f"with the limited password {response}", final=response.status == 401)
    facts = {"node_id": info["nodeId"], "chain": info["chain"], "channels": len(info.get("channels") or [])}
    return Verdict(facts={**facts, "version": info.get("version")})


def _mint(app: App, _known: Secrets, params: Params) -> Verdict:
    """Check that the mint has the name and description in ``params``, and an active keyset to sign with."""
    response = app.request("GET /v1/info")
    if response.status != 200:
        return Verdict(str(response))
    info = response.fields()
    facts = {name: info.get(name) for name in ("name", "description", "version")}
    for name in ("name", "description"):
        wanted = params.get(f"mint_{name}")
        if wanted is not None and info.get(name) != wanted:
            difference = f"its {name} is {info.get(name)!r}, not {wanted!r}: params are used only to create an app"
            return Verdict(f"{response}, and {difference}", facts, final=True)
    response = app.request("GET /v1/keysets")
    keysets = response.fields().get("keysets")
    if response.status != 200 or not isinstance(keysets, list):
        return Verdict(str(response), facts)
    active = [keyset for keyset in keysets if isinstance(keyset, dict) and keyset.get("active")]
    return Verdict("" if active else f"{response}, and no keyset is active", facts)


def _lnbits(app: App, known: Secrets, _params: Params) -> Verdict:
    """Check that LNbits is claimed and healthy, and that its funding source responds."""
    response = app.request("GET /api/v1/health")
    if response.status == 307:
        return Verdict("IT IS NOT CLAIMED: its first visitor will own it")
    if response.status != 200:
        return Verdict(str(response))
    if not known.get("lnbits_username"):
        return Verdict(facts={"note": "its credentials are not known, so its funding source was not checked"})
    response = app.request("POST /api/v1/auth", login(known))
    token = response.fields().get("access_token")
    if response.status == 403:
        return Verdict(facts={"note": "it accepts no passwords, so its funding source was not checked"})
    if response.status != 200 or not token:
        return Verdict(str(response), final=response.status == 401)
    response = app.request("GET /api/v1/status", token=str(token))
    status = response.fields()
    if response.status == 404:
        return Verdict(facts={"note": "this version does not report its funding source"})
    if response.status != 200 or not status.get("funding_source"):
        return Verdict(f"{response}{_without(['funding_source']) if response.status == 200 else ''}")
    facts = {"version": status.get("version"), "funding_source": status["funding_source"]}
    error = status.get("funding_source_error")
    return Verdict(f"{response}, and its funding source says: {error}" if error else "", facts)


def _alby_hub(app: App, _known: Secrets, _params: Params) -> Verdict:
    """Check that Alby Hub is set up and its node runs."""
    response = app.request("GET /api/info")
    info = response.fields()
    if response.status != 200 or "setupCompleted" not in info:
        return Verdict(f"{response}{_without(['setupCompleted']) if response.status == 200 else ''}")
    facts = {"version": info.get("version"), "network": info.get("network")}
    if not info["setupCompleted"]:
        return Verdict("IT IS NOT CLAIMED: its first visitor will own it", facts)
    if info.get("startupError"):
        return Verdict(f"{response}, and its start failed: {info['startupError']}", facts)
    return Verdict("" if info.get("running") else f"{response}, and it is locked, as after each restart", facts)


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
        return "Open the app in a browser. The module nodana_app_claim claims and unlocks it."
    return "Check with nodana_app_info, or on the app's page at Nodana, that the app runs."


def _open(response: Response, how: str) -> Verdict:
    """Return the verdict for an app that does not refuse a request without the right password."""
    if response.status == 200:
        return Verdict(f"ANYONE CAN READ IT: {how} {response}", final=True)
    if response.status == NONE:
        return Verdict(str(response))
    return Verdict(f"{response} {how}, not 401")


def _without(names: list[str]) -> str:
    return f" without {' and '.join(names)}"
