# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strings of the API in host variables: they are data, whatever stands in them.

ansible-core up to 2.18 takes any string of an inventory for a template, unless it is marked unsafe. From 2.19 on it
takes none for one, unless it is trusted; `ansible-inventory --list` then wraps each string that is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:  # ansible-core 2.19 and newer
    from ansible.template import trust_as_template
except ImportError:
    trust_as_template = None

if trust_as_template is None:
    from ansible.utils.unsafe_proxy import wrap_var as mark_unsafe
else:
    mark_unsafe = None


def inert(value: Any) -> Any:
    """Give a value of the API as one that is never a template. Strings that could not be one are plain strings."""
    return _with_strings(value, _inert_string)


def plain(value: Any) -> Any:
    """Give a value with its strings as plain ones, as far as they could not be templates; the others stay as they are.

    What an expression makes of trusted strings is not trusted any more.
    """
    return _with_strings(value, _plain_string)


def template(text: str) -> str:
    """Give a string of our own that is to be templated, or has nothing to template in it."""
    return trust_as_template(text) if trust_as_template else text


def _inert_string(text: str) -> str:
    if not _could_be_template(text):
        return template(text)
    return mark_unsafe(text) if mark_unsafe else text


def _plain_string(text: str) -> str:
    return text if _could_be_template(text) else template(text)


def _could_be_template(text: str) -> bool:
    # The header names other characters than braces for the template that follows it.
    return "{" in text or "}" in text or text.startswith("#jinja2:")


def _with_strings(value: Any, changed: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {_with_strings(key, changed): _with_strings(inner, changed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_strings(inner, changed) for inner in value]
    return changed(value) if isinstance(value, str) else value
