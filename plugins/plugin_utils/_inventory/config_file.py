# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory file: recognize it by its name, and template its options."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from typing import Any

PLUGIN = "nodana.cloud.nodana"

_NAME = re.compile(r"(.*\.)?nodana\.ya?ml")
_SAYS_SO = re.compile(rf"^plugin\s*:\s*(['\"]?){re.escape(PLUGIN)}\1\s*(#.*)?$", re.MULTILINE)


def has_its_name(path: str) -> bool:
    """Return whether the file has a name that this plugin accepts."""
    return _NAME.fullmatch(os.path.basename(path)) is not None


def misnamed(path: str) -> str:
    """Return a warning if the file names this plugin but has a name that the plugin does not accept, else ''."""
    if not path.endswith((".yml", ".yaml")):
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            meant = _SAYS_SO.search(file.read(1 << 20))
    except (OSError, ValueError):
        return ""
    if not meant:
        return ""
    return (
        f"{path} is an inventory file of {PLUGIN}. Its name must be nodana.yml or nodana.yaml, or end in "
        ".nodana.yml or .nodana.yaml."
    )


def explained(message: str) -> str:
    """Add a hint to Ansible's error message about a file with a wrong plugin name."""
    return f"{message}. Set plugin: {PLUGIN} in the file" if "plugin name" in message else message


def templated(options: dict[str, Any], names: Collection[str], template: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the options. Those in ``names`` are templated. Raises ValueError, with the option, if a template fails."""
    return {name: _templated(name, value, template) if name in names else value for name, value in options.items()}


def _templated(name: str, value: Any, template: Callable[[Any], Any]) -> Any:
    try:
        return template(value)
    except Exception as error:  # a template can raise anything
        raise ValueError(f"The template of {name} failed: {error}") from error
