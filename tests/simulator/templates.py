# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define the templates: services, price, accepted params and one-time secrets."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Optional
from urllib.parse import urlsplit

from .errors import BadRequest
from .seeds import new_seed

Check = Callable[[str], Optional[str]]

FIRST_VERSIONS: Mapping[str, str] = MappingProxyType(
    {
        "phoenixd": "0.7.1",
        "alby-hub": "1.19.3",
        "lnbits": "1.3.1",
        "cdk-mintd": "0.12.0",
        "nutshell": "0.17.0",
        "boltzd": "2.8.3",
        "fedimintd": "0.8.1",
        "fedimintd-pro": "0.8.1",
        "gatewayd": "0.8.1",
        "vss": "0.1.0",
    }
)
"""The initial version of each service."""


@dataclass(frozen=True)
class Template:
    """A template: the port, rate, services, params and one-time secrets of its apps.

    A template with ``params`` of None accepts any params.
    """

    port: int
    rate: float
    services: tuple[str, ...]
    params: Mapping[str, Check] | None = None
    one_time: tuple[str, ...] = ()

    def check_params(self, params: Mapping[str, Any]) -> None:
        """Raise ``BadRequest`` if the template does not accept a param or its value."""
        if self.params is None:
            return
        for name, value in params.items():
            if name not in self.params:
                raise BadRequest(f"Unknown param: {name}")
            if not isinstance(value, str):
                raise BadRequest(f"Param {name} must be a string")
            problem = self.params[name](value)
            if problem:
                raise BadRequest(f"Param {name} {problem}")

    def new_secrets(self, params: Mapping[str, Any]) -> dict[str, str]:
        """Return new one-time secrets for an app with these params, by field name."""
        names = self.one_time + (("webhookSecret",) if params.get("webhook") else ())
        return {name: new_seed() if name == "seed" else secrets.token_hex(32) for name in names}


def _text(_value: str) -> str | None:
    return None


def _liquidity(value: str) -> str | None:
    return None if value in ("2m", "5m", "10m") else "must be one of 2m, 5m, 10m"


def _web_address(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return "must be a URL"
    return None if parts.scheme in ("http", "https") and parts.hostname else "must be a URL"


_PHOENIXD_SECRETS = ("seed", "password", "restrictedPassword")
_MINT = {"mint_name": _text, "mint_description": _text}

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "phoenixd": Template(
            9740, 0.000233, ("phoenixd",), {"auto_liquidity": _liquidity, "webhook": _web_address}, _PHOENIXD_SECRETS
        ),
        "alby-hub-phoenixd": Template(
            8080, 0.000466, ("alby-hub", "phoenixd"), {"auto_liquidity": _liquidity}, _PHOENIXD_SECRETS
        ),
        "lnbits-phoenixd": Template(
            5000, 0.000466, ("lnbits", "phoenixd"), {"auto_liquidity": _liquidity}, _PHOENIXD_SECRETS
        ),
        "cdk-mintd": Template(8085, 0.000233, ("cdk-mintd",), _MINT),
        "nutshell": Template(
            3338, 0.000233, ("nutshell",), {**_MINT, "mint_lnd_rest_url": _web_address, "mint_lnd_macaroon": _text}
        ),
        "alby-hub": Template(8080, 0.000233, ("alby-hub",)),
        "boltzd": Template(9001, 0.000233, ("boltzd",), one_time=("seed", "password")),
        "fedimintd": Template(8175, 0.000349, ("fedimintd",), one_time=("password",)),
        "fedimintd-pro": Template(8175, 0.000698, ("fedimintd-pro",), one_time=("password",)),
        "gatewayd": Template(8176, 0.000349, ("gatewayd",), one_time=("seed", "password")),
        "lnbits": Template(5000, 0.000233, ("lnbits",)),
        "vss": Template(9003, 0.000116, ("vss",)),
    }
)
"""All templates by name. A template whose params the reference documents accepts only those; others accept any."""
