# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep strings of the API from being evaluated as Jinja templates.

ansible-core up to 2.18 treats each string of an inventory as a template unless it is marked unsafe. From 2.19 on, it
treats a string as a template only if it is trusted. ``ansible-inventory --list`` then wraps each untrusted string.
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
    """Return a value of the API whose strings are never evaluated. Strings that cannot be templates stay plain."""
    return _with_strings(value, _inert_string)


def plain(value: Any) -> Any:
    """Return a value whose strings are plain if they cannot be templates. The other strings stay unchanged.

    This is for results of expressions: ansible-core does not trust them, even if all inputs were trusted.
    """
    return _with_strings(value, _plain_string)


def template(text: str) -> str:
    """Return a string that Ansible may evaluate as a template: our own text, or one that cannot be a template."""
    return trust_as_template(text) if trust_as_template else text


def _inert_string(text: str) -> str:
    if not _could_be_template(text):
        return template(text)
    return mark_unsafe(text) if mark_unsafe else text


def _plain_string(text: str) -> str:
    return text if _could_be_template(text) else template(text)


def _could_be_template(text: str) -> bool:
    # This header can replace the braces with other delimiters for the template after it.
    return "{" in text or "}" in text or text.startswith("#jinja2:")


def _with_strings(value: Any, changed: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {_with_strings(key, changed): _with_strings(inner, changed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_strings(inner, changed) for inner in value]
    return changed(value) if isinstance(value, str) else value
