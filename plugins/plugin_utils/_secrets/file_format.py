# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of an app's secrets file, byte for byte, and its name. The functions do no I/O."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

import yaml
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import AppSecrets, Record

FIELDS = ("app_id", "project_id", "template", "url", "created_at", "api_url", "secrets")
_LONGEST_PART = 100  # bytes of each of the two parts; a file name has at most 255 bytes, and temporary names are longer
_BROKEN = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""The errors that PyYAML raises for a text that is not a secrets file, such as ``!!bool x`` or ``!!timestamp x``."""


def content_of(app: AppSecrets) -> Record:
    """Return the content of the file for the secrets that a module handed over."""
    return {name: native(getattr(app, name)) for name in FIELDS}


def native(value: Any) -> Any:
    """Return plain Python values for Ansible's own types."""
    return json.loads(json.dumps(value))


def to_yaml(content: Record) -> bytes:
    """Return the text of the file. A string is in quotes and reads back unchanged."""
    text = yaml.dump(
        content,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        explicit_start=True,
        sort_keys=False,
        width=float("inf"),
    )
    return str(text).encode()


def from_yaml(text: bytes) -> Record:
    """Return the content in the text of a file. Raises ValueError, without any of the text, if it is not valid."""
    try:
        content = yaml.load(text, Loader=yaml.SafeLoader)
    except _BROKEN:
        content = None
    if not isinstance(content, dict) or not isinstance(content.get("secrets"), dict) or "app_id" not in content:
        raise ValueError("it is not a secrets file of an app")
    return content


def checksum(content: Record) -> str:
    """Return the SHA-256 of the file's text before encryption, in hexadecimal digits."""
    return hashlib.sha256(to_yaml(content)).hexdigest()


def name_of(template: str, app_id: str) -> str:
    """Return the file name, ``<template>-<id>.yml``. Characters that a file name cannot have are percent-encoded."""
    return f"{_safe(template)}-{_safe(app_id)}.yml"


def _safe(text: str) -> str:
    encoded = quote(text, safe="", errors="surrogatepass")
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) > _LONGEST_PART:
        encoded = f"{encoded[:30]}~{hashlib.sha256(encoded.encode()).hexdigest()}"
    return encoded


class _Dumper(yaml.SafeDumper):
    """Writes strings in double quotes, the only YAML style that holds any string on one line. Names have no quotes."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _value in node.value:
            if str(key.value).isidentifier() and key.value.isascii():
                key.style = None  # PyYAML's default style
        return node


def _quoted(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)
