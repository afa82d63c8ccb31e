# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values: the values that an Ansible result and a YAML file can hold.

Three things are not plain. A lone surrogate cannot be encoded as UTF-8. ansible-core interprets names that begin with
``__ansible`` as its own types. Deep nesting exhausts the stack of the reader.
"""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 10
"""The number of nested lists and dictionaries that is allowed. No response of the API needs more than three."""
_RESERVED = "__ansible"


def is_plain(value: Any, levels: int = DEEPEST) -> bool:
    """Return whether a JSON value is plain."""
    if isinstance(value, str):
        return _escaped(value) == value
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        names = all(is_plain(name) and not name.startswith(_RESERVED) for name in value)
        return names and levels > 0 and all(is_plain(inner, levels - 1) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return levels > 0 and all(is_plain(inner, levels - 1) for inner in value)
    return True


def plain(value: Any, levels: int = DEEPEST) -> Any:
    """Return a readable copy of a value in which everything that is not plain is replaced by text."""
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (dict, list, tuple)) and levels <= 0:
        return "(nested too deeply)"
    if isinstance(value, dict):
        return {_name(str(name)): plain(inner, levels - 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner, levels - 1) for inner in value]
    return value


def _name(name: str) -> str:
    return _escaped(name.lstrip("_") if name.startswith(_RESERVED) else name)


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
