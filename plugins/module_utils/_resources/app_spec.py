# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spec of the apps that a project needs of one template, and the documented parameters of templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .._errors import Invalid, NodanaError, NotFound
from .._protocol import STATES_THAT_CREATE, Record

Rule = Callable[[str], "str | None"]


def _any_text(_value: str) -> str | None:
    return None


def _auto_liquidity(value: str) -> str | None:
    return None if value in ("2m", "5m", "10m") else "must be one of 2m, 5m, 10m"


def _web_address(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return "must be a URL"
    return None if parts.scheme in ("http", "https") and parts.hostname else "must be an http or https URL"


_MINT: dict[str, Rule] = {"mint_name": _any_text, "mint_description": _any_text}
DOCUMENTED: dict[str, dict[str, Rule]] = {
    "alby-hub-phoenixd": {"auto_liquidity": _auto_liquidity},
    "cdk-mintd": _MINT,
    "lnbits-phoenixd": {"auto_liquidity": _auto_liquidity},
    "nutshell": {**_MINT, "mint_lnd_rest_url": _web_address, "mint_lnd_macaroon": _any_text},
    "phoenixd": {"auto_liquidity": _auto_liquidity, "webhook": _web_address},
}
"""The templates with documented parameters. The rule of a parameter returns what is wrong with a value, or None."""


def check_params(template: str, params: dict[str, Any]) -> None:
    """Check the parameters of a documented template. Raises Invalid, whose message never shows a value."""
    rules = DOCUMENTED.get(template)
    if rules is None:
        return
    unknown = sorted(set(params) - set(rules))
    if unknown:
        raise Invalid(
            f"The template {template} has no parameter {', '.join(unknown)}",
            advice=f"Its parameters are {', '.join(sorted(rules))}.",
        )
    for name, value in params.items():
        fault = rules[name](value) if isinstance(value, str) else "must be a string; put it in quotes"
        if fault:
            raise Invalid(f"The parameter {name} of the template {template} {fault}")


def explain_refusal(error: NodanaError, template: str, place: str) -> None:
    """Add to the error of a refused creation what was not created and where, and what to check."""
    error.message = f"No {template} app was created in {place}: {error.message}"
    if isinstance(error, (Invalid, NotFound)) and error.advice == type(error).advice:
        is_known = template in DOCUMENTED
        error.advice = (
            f"Check the project, and the params of the template {template}."
            if is_known
            else f"Check the name of the template and its params. The documented templates are "
            f"{', '.join(sorted(DOCUMENTED))}."
        )


def note(template: str) -> str | None:
    """Return a warning about an undocumented template, whose parameters cannot be checked, or None."""
    if template in DOCUMENTED:
        return None
    return f"The template {template} is not documented, so its name and params are not checked."


@dataclass(eq=False, repr=False)
class AppSpec:
    """A spec for at least ``count`` apps of a ``template`` in a ``state``. Missing apps are created with ``params``."""

    template: str
    params: Record = field(default_factory=dict)
    count: int = 1
    state: str = "present"

    @property
    def creates(self) -> bool:
        """Return whether missing apps are created."""
        return self.state in STATES_THAT_CREATE

    def validate(self) -> None:
        """Check everything that needs no request. Raises Invalid."""
        check_name(self.template, "template")
        check_params(self.template, self.params)
        if self.count < 1:
            raise Invalid(
                "count must be at least 1",
                advice="To delete an app, use nodana_app with its id and state: absent.",
            )


def check_name(name: str | None, option: str) -> None:
    """Check that a name is visible and printable, so that it can be found again. Raises Invalid."""
    if name is not None and (not name.strip() or not name.isprintable()):
        raise Invalid(f"{option} must contain visible characters and no control characters")


def check_node_name(name: str | None) -> None:
    """Check the name of a node. Raises Invalid."""
    check_name(name, "name")
    if name is not None and name != name.strip():
        raise Invalid("name must not begin or end with a space", advice="The API may not keep such a name.")
