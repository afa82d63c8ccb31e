# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an app's URL points, if that can name a host."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[^\W_][\w.-]*")


@dataclass(frozen=True)
class Address:
    """The parts of a URL. ``port`` is None when neither the URL nor its scheme tells."""

    scheme: str
    host: str
    port: int | None


def address_of(url: Any) -> Address | None:
    """Give the parts of an app's URL, or None where it has no host that could name one in an inventory."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not (is_name(host) or _is_ipv6(host)):
        return None
    return Address(parts.scheme, host, _PORTS.get(parts.scheme) if port is None else port)


def is_name(text: str) -> bool:
    """Whether this can name a host: letters and digits, dots, hyphens and underscores, so no pattern or template."""
    return _NAME.fullmatch(text) is not None


def _is_ipv6(host: str) -> bool:
    try:
        return "%" not in host and ipaddress.IPv6Address(host) is not None
    except ValueError:
        return False
