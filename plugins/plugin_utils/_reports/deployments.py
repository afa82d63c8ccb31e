# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: validate them and convert them to apps and nodes. The functions do no I/O."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import NEW_NODE_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node, is_same_name
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources import app_spec
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app_spec import check_name, check_node_name

PRESETS: Mapping[str, str] = {
    "phoenixd": "phoenixd",
    "lnbits_phoenixd": "lnbits-phoenixd",
    "alby_hub_phoenixd": "alby-hub-phoenixd",
    "cdk_mintd": "cdk-mintd",
    "nutshell": "nutshell",
}
"""The template of each preset for apps."""
NODE_PRESET = "phoenixd_node"
"""The preset for nodes."""
PARAMS = sorted({name for template in PRESETS.values() for name in app_spec.DOCUMENTED[template]})
"""The template parameters that a deployment can set next to its preset."""
NODE_OPTIONS = ("name", *NEW_NODE_OPTIONS)
"""The options of a node that a deployment can set next to its preset."""
SWITCHES: Mapping[str, Any] = {"claim": True, "verify": True, "username": "admin", "first_install_token": None}
"""The other keys of a deployment, with their defaults."""
STATES = ("present", "started", "stopped")


KEYS = ("preset", "template", "params", "count", "state", *SWITCHES, *dict.fromkeys((*PARAMS, *NODE_OPTIONS)))
"""All keys of a deployment."""


def find_problems(deployments: Any, variable: str = "nodana_node_deployments") -> list[str]:
    """Return all problems of the deployments, which the user set in ``variable``.

    The values of parameters are not repeated: they may be secrets.
    """
    if not isinstance(deployments, list):
        return [f"{variable} must be a list of deployments"]
    if not deployments:
        return [f"{variable} is empty"]
    numbered = list(enumerate(deployments, start=1))
    found = [f"Deployment {n} in {variable} must be a dictionary" for n, item in numbered if not isinstance(item, dict)]
    if found:
        return found
    deployments = _set(deployments)
    numbered = list(enumerate(deployments, start=1))
    found = [f"{_name(n, item)} in {variable} {words}" for n, item in numbered for words in _faults(item)]
    templates = [_template(item) for item in deployments]
    for template in dict.fromkeys(templates):
        if template and templates.count(template) > 1:
            found.append(
                f"The template {template} is in several deployments. Apps have no name to tell them apart: use count "
                "or another project"
            )
    return [*found, *_repeated_names(deployments)]


def needs_project(deployments: Any) -> bool:
    """Return whether there is an app to deploy. Nodes do not belong to a project."""
    return isinstance(deployments, list) and any(isinstance(item, dict) and not _is_node(item) for item in deployments)


def stack_apps(deployments: list[Record]) -> list[Record]:
    """Return the option ``apps`` for nodana_stack."""
    return [
        {
            "template": _template(item),
            "params": _params(item),
            "count": int(item.get("count") or 1),
            "state": _state(item),
        }
        for item in _set(deployments)
        if not _is_node(item)
    ]


def nodes(deployments: list[Record]) -> list[Record]:
    """Return the options for nodana_node of each node."""
    return [
        {
            "name": str(item.get("name")),
            **{name: item.get(name) or spec["default"] for name, spec in NEW_NODE_OPTIONS.items()},
            "state": _state(item),
        }
        for item in _set(deployments)
        if _is_node(item)
    ]


@dataclass(frozen=True)
class Settings:
    """The settings of an app by its deployment. ``deployment`` is the name of the deployment in messages."""

    deployment: str
    state: str
    claim: bool
    verify: bool
    username: str
    first_install_token: str | None
    params: Record


def settings_of(deployments: list[Record], app: Record) -> Settings:
    """Return the settings of an app or a node by its record and the valid deployments.

    A node that the API has given another name fits no deployment, and gets the default settings.
    """

    def fits(item: Record) -> bool:
        if is_node(app) or _is_node(item):
            return is_node(app) and _is_node(item) and str(item.get("name")) == app["name"]
        return _template(item) == app["template"]

    fitting = ((_name(n, item), item) for n, item in enumerate(_set(deployments), start=1) if fits(item))
    name, item = next(fitting, ("A renamed node", {"preset": NODE_PRESET}))
    switches = _switches(item)
    switches.update({name: boolean(switches[name]) for name in ("claim", "verify")})
    if _is_node(item):
        return Settings(name, _state(item), **{**switches, "claim": False}, params={})
    return Settings(name, _state(item), **switches, params=_params(item))


def _set(deployments: list[Record]) -> list[Record]:
    """Return the deployments without the keys that are not set. AWX writes an empty text for such a value."""
    return [
        {key: value for key, value in item.items() if key not in KEYS or value not in (None, "")}
        for item in deployments
    ]


def _is_node(item: Record) -> bool:
    return item.get("preset") == NODE_PRESET


def _state(item: Record) -> str:
    return item.get("state") or "started"


def _switches(item: Record) -> Record:
    return {name: default if item.get(name) is None else item[name] for name, default in SWITCHES.items()}


def _template(item: Record) -> str:
    return str(item.get("template") or PRESETS.get(item.get("preset") or "", ""))


def _params(item: Record) -> Record:
    own = {name: item[name] for name in PARAMS if item.get(name) is not None}
    params = item.get("params")
    return {**own, **(params if isinstance(params, dict) else {})}


def _name(number: int, item: Record) -> str:
    return f"Deployment {number} ({item.get('preset') or item.get('template') or 'without a preset'})"


def _faults(item: Record) -> Iterator[str]:
    yield from _faults_of_keys(item)
    yield from _faults_of_kind(item)
    yield from _faults_of_node(item) if _is_node(item) else _faults_of_app(item)
    if item.get("state") is not None and item["state"] not in STATES:
        yield f"has an invalid state: it must be one of {', '.join(STATES)}"


def _faults_of_keys(item: Record) -> Iterator[str]:
    for key in item:
        if key not in KEYS:
            similar = difflib.get_close_matches(str(key), KEYS, 1)
            yield f"has an unknown key {key}.{f' Did you mean {similar[0]}?' if similar else ''}".rstrip(".")
    for name in ("claim", "verify"):
        try:
            boolean(_switches(item)[name])
        except TypeError:
            yield f"has an invalid {name}: it must be true or false"
    if item.get("params") is not None and not isinstance(item["params"], dict):
        yield "has invalid params: they must be a dictionary"


def _faults_of_app(item: Record) -> Iterator[str]:
    yield from _faults_of_params(item)
    count = item.get("count")
    if count is not None and (isinstance(count, bool) or not str(count).isdecimal() or int(count) < 1):
        yield "has an invalid count: it must be 1 or more"
    if not 2 <= len(str(_switches(item)["username"])) <= 20:
        yield "has an invalid username: it must have 2 to 20 characters"
    foreign = [name for name in NODE_OPTIONS if name not in PARAMS and item.get(name) is not None]
    if foreign:
        yield f"has {' and '.join(foreign)}, which only the preset {NODE_PRESET} has"


def _faults_of_node(item: Record) -> Iterator[str]:
    if not item.get("name"):
        yield "must have a name, which identifies the node"
    else:
        try:
            check_node_name(str(item["name"]))
        except Invalid as error:
            yield f"is not valid: {error.message}"
    for name, spec in NEW_NODE_OPTIONS.items():
        if item.get(name) is not None and item[name] not in spec["choices"]:
            yield f"has an invalid {name}: it must be one of {', '.join(spec['choices'])}"
    if str(item.get("count", 1)) not in ("None", "1"):
        yield "has an invalid count: a name identifies one node. Add a deployment with another name for each other node"
    foreign = [name for name in PARAMS if name not in NODE_OPTIONS and item.get(name) is not None]
    if foreign:
        instead = ". Poll the node for payments, or use the preset phoenixd where the API has apps"
        yield f"has {' and '.join(foreign)}, which nodes do not have{instead if 'webhook' in foreign else ''}"


def _repeated_names(deployments: list[Record]) -> Iterator[str]:
    names = [str(item["name"]) for item in deployments if _is_node(item) and item.get("name")]
    for number, name in enumerate(names):
        if any(is_same_name(name, other) for other in names[:number]):
            yield (
                f"The node name {name} is in several deployments. Names that differ only in spaces or upper case count "
                "as the same"
            )


def _faults_of_kind(item: Record) -> Iterator[str]:
    preset, template = item.get("preset"), item.get("template")
    if bool(preset) == bool(template):
        yield "must have either a preset or a template"
    elif preset and preset not in (*PRESETS, NODE_PRESET):
        yield f"has an invalid preset: it must be one of {', '.join((*PRESETS, NODE_PRESET))}"
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
