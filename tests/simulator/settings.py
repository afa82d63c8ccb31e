# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define the settings of the simulator, once for the command line and the control API."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import Field, asdict, dataclass, fields, replace
from typing import Any

GENERATIONS = ("seed", "apps", "nodes")
SCOPES = ("nodes:read", "nodes:write")

ABOUT = {
    "generation": "generations of the API that the host serves: " + ", ".join(GENERATIONS),
    "rate_interval": "least time between two requests of a key; 0 disables the rate limit",
    "ban_after": "violations of the rate limit after which a key is banned; 0 means never",
    "startup_delay": "time until a new app or node is ready",
    "transition_delay": "time that a start, a stop, a restart or an update takes",
    "jitter": "longest random delay before a request counts as arrived",
    "jitter_answer": "add the same random delay before the response",
    "create_envelope": "form of the response that creates an app",
    "ready_status": "status of an app that is ready",
    "starting_status": "status of an app until it is ready",
    "stopped_status": "status of an app whose services are stopped",
    "limit_form": "form of a rate limit response; for nodes, its status is always 429",
    "retry_after": "seconds in Retry-After; a fraction is sent as it is, to keep tests short",
    "list_deleted": "deleted projects, apps and nodes stay in lists and can be read",
    "list_lag": "time until lists show a new project, app or node",
    "read_lag": "time until a new project, app or node can be read by its id, unless a list has shown it",
    "project_limit": "most projects of an account; 0 means no limit",
    "bad_key_form": "form of the response to a wrong key; for nodes, its status is always 401",
    "separate_keys": "the first, third, ... key serves projects and apps only, the second, fourth, ... nodes only",
    "scopes": "scopes that keys have for nodes: " + ", ".join(SCOPES),
    "extra_secrets": "one-time fields that are added to the response to every create, a JSON object",
    "missing_routes": "form of the response for a route that the host does not have",
    "node_error_form": "form of the body of an error for nodes",
    "node_ready_status": "status of a node that runs",
    "node_starting_status": "status of a node that starts or restarts",
    "node_stopping_status": "status of a node that stops",
    "node_stopped_status": "status of a node that is stopped",
    "node_failed_status": "status of a node whose provisioning failed",
    "node_failure": "failureMessage with which the provisioning of new nodes fails; empty: it succeeds",
    "unique_node_names": "a second node with the same name is refused",
    "current_version": "form of currentVersion",
    "update_of_newest": "response to an update of a node that has the newest version: the same as always, or 409",
    "serve_apps": "new apps and nodes get a program that answers at their URLs, where there is one for their template",
}
CHOICES = {
    "generation": GENERATIONS,
    "create_envelope": ("data", "bare"),
    "ready_status": ("available", "running"),
    "limit_form": ("body", "http", "http-retry-after", "http-retry-date"),
    "bad_key_form": ("body", "http"),
    "scopes": SCOPES,
    "missing_routes": ("body", "http", "html", "gone"),
    "node_error_form": ("error", "message", "html", "empty"),
    "current_version": ("text", "null", "absent"),
    "update_of_newest": ("same", "conflict"),
}


@dataclass(frozen=True)
class Settings:
    """The behaviour of the simulator; ``ABOUT`` describes each setting. Times are in seconds."""

    generation: tuple[str, ...] = ("seed",)
    rate_interval: float = 1.0
    ban_after: int = 10
    startup_delay: float = 10.0
    transition_delay: float = 1.0
    jitter: float = 0.0
    jitter_answer: bool = False
    create_envelope: str = "data"
    ready_status: str = "available"
    starting_status: str = "starting"
    stopped_status: str = "available"
    limit_form: str = "body"
    retry_after: float = 1.0
    list_deleted: bool = False
    list_lag: float = 0.0
    read_lag: float = 0.0
    project_limit: int = 4
    bad_key_form: str = "body"
    separate_keys: bool = False
    scopes: tuple[str, ...] = SCOPES
    extra_secrets: str = "{}"
    missing_routes: str = "body"
    node_error_form: str = "error"
    node_ready_status: str = "running"
    node_starting_status: str = "starting"
    node_stopping_status: str = "stopping"
    node_stopped_status: str = "stopped"
    node_failed_status: str = "failed"
    node_failure: str = ""
    unique_node_names: bool = False
    current_version: str = "text"
    update_of_newest: str = "same"
    serve_apps: bool = False

    def changed(self, values: Any) -> Settings:
        """Return these settings with some values changed. Raises ``ValueError`` if a name or a value is invalid."""
        if not isinstance(values, dict):
            raise ValueError("settings must be an object of names and values")
        known = {setting.name: setting for setting in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}; known: {', '.join(known)}")
            _check(known[name], value)
        fitting: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return replace(self, **fitting)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each setting, for example ``--rate-interval`` for ``rate_interval``."""
    for setting in fields(Settings):
        default: Any = setting.default
        options: dict[str, Any] = {"choices": CHOICES.get(setting.name), "default": default}
        if isinstance(default, bool):
            options = {"action": argparse.BooleanOptionalAction, "default": default}
        elif isinstance(default, tuple):
            options.update(action="extend", nargs="*", default=None)
        else:
            options["type"] = type(default)
        shown = " ".join(default) if isinstance(default, tuple) else default
        text = f"{ABOUT[setting.name]} (default: {shown})"
        parser.add_argument("--" + setting.name.replace("_", "-"), help=text, **options)


def from_flags(arguments: argparse.Namespace) -> Settings:
    """Return the settings from the flags of ``add_flags``. Raises ``ValueError`` if a value is invalid."""
    values = {setting.name: getattr(arguments, setting.name) for setting in fields(Settings)}
    return Settings().changed({name: value for name, value in values.items() if value is not None})


def _check(setting: Field[Any], value: Any) -> None:
    choices = CHOICES.get(setting.name)
    if isinstance(setting.default, tuple):
        _check_list(setting, value)
    elif choices and value not in choices:
        raise ValueError(f"{setting.name} must be one of {', '.join(choices)}")
    elif isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{setting.name} must be true or false")
    elif isinstance(setting.default, (int, float)):
        _check_number(setting, value)
    elif not isinstance(value, str) or not (value or not setting.default):
        raise ValueError(f"{setting.name} must be a text")
    elif setting.name == "extra_secrets":
        _check_object(setting, value)


def _check_list(setting: Field[Any], value: Any) -> None:
    choices = CHOICES[setting.name]
    if not isinstance(value, (list, tuple)) or not all(item in choices for item in value):
        raise ValueError(f"{setting.name} must be a list of {', '.join(choices)}")
    if setting.name == "generation" and not value:
        raise ValueError("generation must name at least one generation")


def _check_object(setting: Field[Any], value: str) -> None:
    try:
        fits = isinstance(json.loads(value), dict)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{setting.name} must be a JSON object")


def _check_number(setting: Field[Any], value: Any) -> None:
    kinds = (int,) if isinstance(setting.default, int) else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < math.inf:
        raise ValueError(f"{setting.name} must be a number from 0 on")
