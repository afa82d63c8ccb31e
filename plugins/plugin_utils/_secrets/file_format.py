# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in an app's secrets file, byte for byte, and how the file is named. Pure rules."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

import yaml

Record = dict[str, Any]

FIELDS = ("app_id", "project_id", "template", "url", "created_at", "api_url", "secrets")
_LONGEST_PART = 100  # of two; a file name has 255 bytes at most, and temporary names are a little longer
_BROKEN = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What PyYAML raises for texts that are not the YAML of a secrets file, such as ``!!bool x`` or ``!!timestamp x``."""


def content_of(receipt: Record) -> Record:
    """Give what goes into the file: the app, where it comes from, and its secrets, out of a handed over receipt."""
    app = receipt["app"]
    found = {**app, "app_id": app["id"], **{name: receipt[name] for name in ("created_at", "api_url", "secrets")}}
    return {name: native(found[name]) for name in FIELDS}


def native(value: Any) -> Any:
    """Give plain Python values for those that Ansible marked as its own."""
    return json.loads(json.dumps(value))


def to_yaml(content: Record) -> bytes:
    """Give the text of the file. Every string comes out of it as it went in; quotes show where it ends."""
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
    """Read the text of a file. Raise ValueError, which holds nothing of it."""
    try:
        content = yaml.load(text, Loader=yaml.SafeLoader)
    except _BROKEN:
        content = None
    if not isinstance(content, dict) or not isinstance(content.get("secrets"), dict) or "app_id" not in content:
        raise ValueError("it is no secrets file of an app")
    return content


def checksum(content: Record) -> str:
    """Give the SHA-256 of the file's text before encryption, in hexadecimal digits."""
    return hashlib.sha256(to_yaml(content)).hexdigest()


def name_of(template: str, app_id: str) -> str:
    """Give the name of the file, ``<template>-<id>.yml``; what cannot stand in a name is percent-encoded."""
    return f"{_safe(template)}-{_safe(app_id)}.yml"


def _safe(text: str) -> str:
    encoded = quote(text, safe="", errors="surrogatepass")
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) > _LONGEST_PART:
        encoded = f"{encoded[:30]}~{hashlib.sha256(encoded.encode()).hexdigest()}"
    return encoded


class _Dumper(yaml.SafeDumper):
    """Writes strings in double quotes, the one form that holds any string on one line, but plain names as they are."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _value in node.value:
            if str(key.value).isidentifier() and key.value.isascii():
                key.style = None  # as YAML's defaults have it
        return node


def _quoted(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)
