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

ABOUT = {
    "rate_interval": "least time between two requests of a key; 0 switches the limit off",
    "ban_after": "violations of the limit after which a key is banned; 0 means never",
    "startup_delay": "time until a new app is ready",
    "transition_delay": "time until services show a start, a stop or an update",
    "jitter": "longest random delay on the way in, before a request counts as arrived",
    "jitter_answer": "the same random delay on the way out",
    "create_envelope": "form of the answer to a create",
    "ready_status": "status of an app that is ready",
    "starting_status": "status of an app until it is ready",
    "stopped_status": "status of an app whose services are stopped",
    "limit_form": "form of a limit answer",
    "retry_after": "what Retry-After says; a fraction is sent as it is, to keep tests short",
    "list_deleted": "deleted projects and apps stay in lists and can be read",
    "list_lag": "time until lists show a new project or app, which can be read by its id at once",
    "project_limit": "most projects of an account; 0 means no limit",
    "bad_key_form": "form of the answer to a wrong key",
    "extra_secrets": "one-time fields that the answer to every create has as well, a JSON object",
    "missing_routes": "form in which every call is not found, as on a host without projects and apps",
    "serve_apps": "new apps get a program that answers at their URLs, where there is one for their template",
}
CHOICES = {
    "create_envelope": ("data", "bare"),
    "ready_status": ("available", "running"),
    "limit_form": ("body", "http", "http-retry-after"),
    "bad_key_form": ("body", "http"),
    "missing_routes": ("none", "body", "http", "gone"),
}


@dataclass(frozen=True)
class Settings:
    """The behaviour of the simulator; ``ABOUT`` describes each setting. Times are in seconds."""

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
    project_limit: int = 4
    bad_key_form: str = "body"
    extra_secrets: str = "{}"
    missing_routes: str = "none"
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
        return replace(self, **values)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each setting, for example ``--rate-interval`` for ``rate_interval``."""
    for setting in fields(Settings):
        flag = "--" + setting.name.replace("_", "-")
        text = f"{ABOUT[setting.name]} (default: {setting.default})"
        if isinstance(setting.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=setting.default, help=text)
        else:
            choices = CHOICES.get(setting.name)
            parser.add_argument(flag, type=type(setting.default), choices=choices, default=setting.default, help=text)


def from_flags(arguments: argparse.Namespace) -> Settings:
    """Return the settings from the flags of ``add_flags``. Raises ``ValueError`` if a value is invalid."""
    return Settings().changed({setting.name: getattr(arguments, setting.name) for setting in fields(Settings)})


def _check(setting: Field[Any], value: Any) -> None:
    choices = CHOICES.get(setting.name)
    if choices and value not in choices:
        raise ValueError(f"{setting.name} must be one of {', '.join(choices)}")
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{setting.name} must be true or false")
    elif isinstance(setting.default, (int, float)):
        _check_number(setting, value)
    elif not (isinstance(value, str) and value):
        raise ValueError(f"{setting.name} must be a word")
    elif setting.name == "extra_secrets":
        _check_object(setting, value)


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
