# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: validate them and convert them to apps. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources import app_spec
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app_spec import check_name

PRESETS: Mapping[str, str] = {
    "phoenixd": "phoenixd",
    "lnbits_phoenixd": "lnbits-phoenixd",
    "alby_hub_phoenixd": "alby-hub-phoenixd",
    "cdk_mintd": "cdk-mintd",
    "nutshell": "nutshell",
}
"""The template of each preset."""
PARAMS = sorted({name for template in PRESETS.values() for name in app_spec.DOCUMENTED[template]})
"""The template parameters that a deployment can set next to its preset."""
SWITCHES: Mapping[str, Any] = {"claim": True, "verify": True, "username": "admin", "first_install_token": None}
"""The other keys of a deployment, with their defaults."""
STATES = ("present", "started", "stopped")


def find_problems(deployments: list[Record]) -> list[str]:
    """Return all problems of the deployments. The values of parameters are not repeated: they may be secrets."""
    found = [f"{_name(n, item)} {words}" for n, item in enumerate(deployments, start=1) for words in _faults(item)]
    templates = [_template(item) for item in deployments]
    for template in dict.fromkeys(templates):
        if template and templates.count(template) > 1:
            found.append(
                f"The template {template} is in several deployments. Apps have no name to tell them apart: use count "
                "or another project"
            )
    return found if deployments else ["nodana_node_deployments is empty"]


def stack_apps(deployments: list[Record]) -> list[Record]:
    """Return the option ``apps`` for nodana_stack."""
    return [
        {
            "template": _template(item),
            "params": _params(item),
            "count": int(item.get("count") or 1),
            "state": item.get("state") or "started",
        }
        for item in deployments
    ]


def app_switches(deployments: list[Record]) -> Record:
    """Return the other settings of each deployment and its params, by template."""
    return {_template(item): {**_switches(item), "params": _params(item)} for item in deployments}


def _switches(item: Record) -> Record:
    return {name: default if item.get(name) is None else item[name] for name, default in SWITCHES.items()}


def _template(item: Record) -> str:
    return str(item.get("template") or PRESETS.get(item.get("preset") or "", ""))


def _params(item: Record) -> Record:
    own = {name: item[name] for name in PARAMS if item.get(name) is not None}
    return {**own, **(item.get("params") or {})}


def _name(number: int, item: Record) -> str:
    return f"Deployment {number} ({item.get('preset') or item.get('template') or 'without a preset'})"


def _faults(item: Record) -> Iterator[str]:
    yield from _faults_of_kind(item)
    yield from _faults_of_params(item)
    count = item.get("count")
    if count is not None and (isinstance(count, bool) or not str(count).isdecimal() or int(count) < 1):
        yield "has an invalid count: it must be 1 or more"
    if item.get("state") is not None and item["state"] not in STATES:
        yield f"has an invalid state: it must be one of {', '.join(STATES)}"
    if not 2 <= len(str(_switches(item)["username"])) <= 20:
        yield "has an invalid username: it must have 2 to 20 characters"


def _faults_of_kind(item: Record) -> Iterator[str]:
    preset, template = item.get("preset"), item.get("template")
    if bool(preset) == bool(template):
        yield "must have either a preset or a template"
    elif preset and preset not in PRESETS:
        yield f"has an invalid preset: it must be one of {', '.join(PRESETS)}"
    elif template:
        try:
            check_name(template, "template")
        except Invalid as error:
            yield error.message
    own = [name for name in PARAMS if item.get(name) is not None]
    if template and own:
        yield f"has a template, so {', '.join(own)} must be in params"
    if preset and item.get("params"):
        yield "has a preset, so its parameters must be next to it, not in params"


def _faults_of_params(item: Record) -> Iterator[str]:
    template, params = _template(item), _params(item)
    for name, value in params.items():
        try:
            app_spec.check_params(template, {name: value})
        except Invalid as error:
            yield f"is not valid: {error}".rstrip(".")
    if template == "nutshell" and len({"mint_lnd_rest_url", "mint_lnd_macaroon"} & set(params)) == 1:
        yield "must have both mint_lnd_rest_url and mint_lnd_macaroon, or neither"
