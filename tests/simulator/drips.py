# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send endless responses: data arrives all the time, but the response never ends."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat

from .answers import Answer

PAUSE = 0.02
"""Seconds between two pieces, less than any read timeout."""


async def drip(transport: asyncio.WriteTransport, answer: Answer) -> None:
    """Send a response piece by piece until the client closes the connection."""
    head = f"HTTP/1.1 {answer.status} OK\r\nContent-Type: {answer.content_type}\r\n".encode()
    body = answer.body.encode()
    sized = head + b"Content-Length: %d\r\n\r\n" % (len(body) + 1_000_000)
    pieces = {
        "drip_headers": chain([head, b"X-Slow: "], repeat(b"x")),
        "drip_body": chain([sized], (bytes([byte]) for byte in body), repeat(b" ")),
        "continue_forever": repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    }
    for piece in pieces[answer.drip]:
        if transport.is_closing():
            return
        transport.write(piece)
        await asyncio.sleep(PAUSE)
