# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seal a handover, so that it arrives byte for byte or the damage is detected.

Up to ansible-core 2.21, a module cuts every registered secret out of every text of its result. That would damage a
one-time secret that contains a registered one by chance. A sealed text only uses sixteen characters that occur in no
registered secret, so there is nothing to cut.

A sealed text begins with these sixteen characters, which are its hexadecimal digits. A SHA-256 digest and the JSON
follow, written in these digits.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterable
from typing import Any

_HEXADECIMAL = "0123456789abcdef"
_BRAILLE = "".join(chr(code) for code in range(0x2800, 0x2900))
_CHARACTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits + "!#$%&()*+,-./:;<=>?@[]^_|~" + _BRAILLE


def seal(value: Any, hidden: Iterable[str]) -> str:
    """Return the JSON value as a text that has no character in common with the ``hidden`` texts."""
    used = set().union(*hidden)
    digits = "".join([character for character in _CHARACTERS if character not in used][:16])
    text = json.dumps(value).encode()
    return digits + (hashlib.sha256(text).digest() + text).hex().translate(str.maketrans(_HEXADECIMAL, digits))


def unseal(text: Any) -> Any:
    """Return the value in a sealed text. Raises ValueError if the text was changed after it was sealed."""
    digits, rest = str(text)[:16], str(text)[16:]
    if len(set(digits)) != 16 or not set(rest) <= set(digits):
        raise ValueError("the seal is broken")
    content = bytes.fromhex(rest.translate(str.maketrans(digits, _HEXADECIMAL)))
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        raise ValueError("the seal is broken")
    return json.loads(content[32:])
