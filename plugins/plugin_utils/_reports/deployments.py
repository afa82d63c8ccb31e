# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployments of the role node: validate them and convert them to apps and nodes. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._argspec import NEW_NODE_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_same_name
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
    return [*found, *_repeated_names(deployments)] if deployments else ["nodana_node_deployments is empty"]


def needs_project(deployments: list[Record]) -> bool:
    """Return whether there is an app to deploy. Nodes do not belong to a project."""
    return any(not _is_node(item) for item in deployments)


def stack_apps(deployments: list[Record]) -> list[Record]:
    """Return the option ``apps`` for nodana_stack."""
    return [
        {
            "template": _template(item),
            "params": _params(item),
            "count": int(item.get("count") or 1),
            "state": _state(item),
        }
        for item in deployments
        if not _is_node(item)
    ]


def app_switches(deployments: list[Record]) -> Record:
    """Return the settings of the apps of each deployment, by template."""
    return {
        _template(item): {**_switches(item), "params": _params(item), "state": _state(item)}
        for item in deployments
        if not _is_node(item)
    }


def nodes(deployments: list[Record]) -> list[Record]:
    """Return the options for nodana_node of each node, and its settings under the same names as those of apps."""
    return [
        {
            "name": str(item.get("name")),
            **{name: item.get(name) or spec["default"] for name, spec in NEW_NODE_OPTIONS.items()},
            "state": _state(item),
            "claim": False,
            "verify": _switches(item)["verify"],
            "params": {},
        }
        for item in deployments
        if _is_node(item)
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
    return {**own, **(item.get("params") or {})}


def _name(number: int, item: Record) -> str:
    return f"Deployment {number} ({item.get('preset') or item.get('template') or 'without a preset'})"


def _faults(item: Record) -> Iterator[str]:
    yield from _faults_of_kind(item)
    yield from _faults_of_node(item) if _is_node(item) else _faults_of_app(item)
    if item.get("state") is not None and item["state"] not in STATES:
        yield f"has an invalid state: it must be one of {', '.join(STATES)}"


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
