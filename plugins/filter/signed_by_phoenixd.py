# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter signed_by_phoenixd. Its documentation is in ``signed_by_phoenixd.yml``."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking
from jinja2 import Undefined

NAME = "nodana.cloud.signed_by_phoenixd"


def signed_by_phoenixd(body: Any, signature: Any, secret: Any) -> bool:
    """Return whether ``signature`` is phoenixd's signature of the raw ``body``.

    The signature is the HMAC-SHA256 of the body with ``secret`` as the key, in lowercase hexadecimal digits. Raises
    AnsibleFilterError if an argument is neither text nor bytes, or if the secret is empty. No message repeats a value.
    """
    key = _raw(secret, "the secret")
    masking.mask(to_text(key))
    if not key:
        raise AnsibleFilterError(f"{NAME}: the secret is empty, so the signature proves nothing")
    expected = hmac.new(key, _raw(body, "the body", PARSED), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode("ascii"), _raw(signature, "the signature"))


PARSED = (
    ". It was parsed, and JSON that is written again has other bytes than the signed ones. ansible-core before "
    "2.19 parses a template in a variable by itself: use the expression where the filter is, or end it with '| string'"
)


def _raw(value: Any, what: str, hint_if_parsed: str = "") -> bytes:
    """Return the bytes of a text or of bytes. For a text from a file that is not UTF-8, return that file's bytes."""
    if isinstance(value, Undefined):
        str(value)  # raises the error that names the variable
    if getattr(value, "__ENCRYPTED__", False):  # a !vault value before ansible-core 2.19
        value = str(value)
    if not isinstance(value, (str, bytes)):
        parsed = isinstance(value, (Mapping, list))
        kind = "nothing" if value is None else type(value).__name__
        raise AnsibleFilterError(f"{NAME}: {what} must be text or bytes, not {kind}{hint_if_parsed if parsed else ''}")
    return to_bytes(value, errors="surrogate_or_strict")


class FilterModule:
    """The filter signed_by_phoenixd."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"signed_by_phoenixd": signed_by_phoenixd}
