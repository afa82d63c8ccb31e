# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking an app itself how it is, by what its template offers without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _status
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.plugin_utils._app_answers import Answer, Silent, WebApp
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets_folder import SecretsFolder

Record = dict[str, Any]

HEALTHY = "healthy"
ANSWERS = "answers"
UNCLAIMED = "unclaimed"
LOCKED = "locked"
STOPPED = "stopped"
UNHEALTHY = "unhealthy"

_AT_ONCE = 16
_PASSWORDS = ("restricted_password", "password")  # the first can read, and not pay


@dataclass(frozen=True)
class Health:
    """``state`` is one of the words above, ``detail`` a sentence for people; ``node`` is what a phoenixd tells."""

    state: str
    detail: str
    version: str | None = None
    node: Record | None = None


def ask(apps: list[Record], folder: SecretsFolder | None, timeout: float) -> list[Record]:
    """Ask apps how they are, with the passwords in the folder, for so many seconds an answer.

    Gives for each the fields of Health, ``app_id``, and ``secrets_problem``, why there are no secrets of it.
    """
    known = [_secrets(folder, str(app["id"])) for app in apps]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        healths = list(pool.map(lambda app, found: _examine(app, found[0], timeout), apps, known))
    return [
        {"app_id": str(app["id"]), **asdict(health), "secrets_problem": problem}
        for app, health, (_found, problem) in zip(apps, healths, known)
    ]


def _secrets(folder: SecretsFolder | None, app_id: str) -> tuple[Record, str]:
    """Give the secrets of an app, and why there are none."""
    if folder is None:
        return {}, "No folder of secrets files was given"
    try:
        return folder.of_app(app_id)["secrets"], ""
    except NodanaError as error:
        return {}, str(error)


def _examine(app: Record, secrets: Record, timeout: float) -> Health:
    services = app.get("services") or []
    if services and not any(_status.is_up(service) for service in services):
        return Health(STOPPED, "is stopped")
    password = next((str(secrets[name]) for name in _PASSWORDS if secrets.get(name)), None)
    try:
        return _EXAMINERS.get(str(app.get("template")), _anything)(WebApp(app.get("url"), timeout), password)
    except Silent as silent:
        return Health(UNHEALTHY, str(silent))


def _phoenixd(app: WebApp, password: str | None) -> Health:
    if password is None:
        answer = app.get("/getinfo")
        if answer.status == 401:
            return Health(ANSWERS, "asks for its password, as it should")
        return _unexpected(answer, "which should be 401 without a password")
    answer = app.get("/getinfo", password)
    if answer.status == 401:
        return Health(UNHEALTHY, "refuses the password that is in its secrets file")
    info = answer.record if answer.status == 200 else {}
    if not info.get("nodeId"):
        return _unexpected(answer, "without a nodeId")
    node = _node(info, app.get("/getbalance", password))
    return Health(HEALTHY, f"is on {node['chain']}", node["version"], node)


def _node(info: Record, balance: Answer) -> Record:
    channels = [channel for channel in _list(info.get("channels")) if isinstance(channel, dict)]
    told = balance.record if balance.status == 200 else {}
    return {
        "node_id": str(info["nodeId"]),
        "chain": _text(info.get("chain")) or "an unknown chain",
        "version": _text(info.get("version")),
        "channels": len(channels),
        "inbound_sat": sum(_sat(channel.get("inboundLiquiditySat")) or 0 for channel in channels),
        "balance_sat": _sat(told.get("balanceSat")),
        "fee_credit_sat": _sat(told.get("feeCreditSat")),
    }


def _alby_hub(app: WebApp, _password: str | None) -> Health:
    answer = app.get("/api/info")
    info = answer.record
    version = _text(info.get("version"))
    if answer.status != 200 or "setupCompleted" not in info:
        return _unexpected(answer)
    if not info["setupCompleted"]:
        return Health(UNCLAIMED, "is not set up: whoever opens it first owns it", version)
    if info.get("startupError"):
        return Health(UNHEALTHY, f"did not start: {_text(info['startupError'])}", version)
    if not info.get("running"):
        return Health(LOCKED, "is locked and needs its password", version)
    return Health(HEALTHY, "is unlocked and runs", version)


def _lnbits(app: WebApp, _password: str | None) -> Health:
    answer = app.get("/api/v1/health")
    if answer.status in (302, 303, 307, 308) and "first_install" in answer.location:
        return Health(UNCLAIMED, "has no user yet: whoever opens it first owns it")
    if answer.status != 200:
        return _unexpected(answer)
    return Health(HEALTHY, "has its first user and answers", _text(answer.record.get("version")))


def _mint(app: WebApp, _password: str | None) -> Health:
    answer = app.get("/v1/info")
    if answer.status != 200 or "name" not in answer.record:
        return _unexpected(answer)
    return Health(HEALTHY, f"says it is {_text(answer.record['name'])!r}", _text(answer.record.get("version")))


def _anything(app: WebApp, _password: str | None) -> Health:
    answer = app.get("/")
    if answer.status >= 500:
        return _unexpected(answer)
    return Health(ANSWERS, f"answers with status {answer.status}")


_EXAMINERS: Mapping[str, Callable[[WebApp, str | None], Health]] = {
    "phoenixd": _phoenixd,
    "alby-hub": _alby_hub,
    "alby-hub-phoenixd": _alby_hub,
    "lnbits": _lnbits,
    "lnbits-phoenixd": _lnbits,
    "cdk-mintd": _mint,
    "nutshell": _mint,
}


def _unexpected(answer: Answer, why: str = "") -> Health:
    return Health(UNHEALTHY, f"answers {answer.path} with status {answer.status} {why}".rstrip())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:200]


def _sat(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
