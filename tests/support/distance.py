# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put a server at a distance: real TCP and TLS over a path with any round trip. This needs root on Linux.

Two tun devices are the ends of the path. One of them is in a network namespace of its own. Packets that arrive at one
end leave at the other one after half a round trip, in order. At the far end, a relay accepts TLS connections and passes
their bytes on to a server on the loopback interface. Devices and namespace end with the process that owns them.
"""

from __future__ import annotations

import asyncio
import fcntl
import multiprocessing
import os
import queue
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .processes import started
from .servers import certificate

_TUN, _NO_HEADER = 0x0001, 0x1000
_SET_DEVICE = 0x400454CA
_SET_ADDRESS, _SET_PEER, _SET_FLAGS = 0x8916, 0x8918, 0x8914
_UP, _POINT_TO_POINT, _RUNNING = 0x1, 0x10, 0x40
_LARGEST_PACKET = 65536


def reason_against() -> str:
    """Return why no server can be put at a distance here, or an empty text."""
    if not hasattr(os, "setns"):
        return "needs Linux and Python 3.12"
    if os.geteuid() != 0:
        return "needs root for tun devices and network namespaces"
    return "" if os.path.exists("/dev/net/tun") else "needs /dev/net/tun"


class Distance:
    """A path to a TLS server. ``round_trip`` is in seconds; ``jitter`` is the largest delay on top, as a share of it.

    Both can change at any time, also in other processes.
    """

    def __init__(self, url: str, ca_path: Path, shared: Any) -> None:
        self.url = url
        self.ca_path = ca_path
        self._shared = shared

    def change(self, round_trip: float, jitter: float = 0.0) -> None:
        """Change the path for all packets that are sent from now on."""
        self._shared[:] = (round_trip, jitter)


@contextmanager
def distant(port: int, folder: Path, round_trip: float, jitter: float = 0.0) -> Iterator[Distance]:
    """Serve the HTTP server on this port of loopback with TLS at a distance. ``folder`` is for its certificate."""
    near, far = _addresses()
    ca_path, context = certificate(folder, f"IP:{far}")
    shared = multiprocessing.Array("d", (round_trip, jitter))
    hears, says = multiprocessing.Pipe(duplex=False)
    process = started(_run, near, far, port, context, shared, says)
    try:
        yield Distance(f"https://{far}:{hears.recv()}/v1", ca_path, shared)
    finally:
        process.kill()
        process.join()


def _addresses() -> tuple[str, str]:
    """Return two addresses of the network for benchmarks (RFC 2544) that no other process uses."""
    start = 198 << 24 | 18 << 16 | random.Random().randrange(1 << 14) << 2
    near, far = (socket.inet_ntoa(struct.pack("!I", start + number)) for number in (1, 2))
    return near, far


def _run(near: str, far: str, port: int, context: ssl.SSLContext, shared: Any, says: Any) -> None:
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    here = _device(near, far)
    os.unshare(os.CLONE_NEWNET)  # type: ignore[attr-defined]
    there = _device(far, near)
    listening = socket.create_server((far, 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as web servers do; accepted sockets inherit it
    os.setns(home)  # type: ignore[attr-defined]
    for source, target in ((here, there), (there, here)):
        packets: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=_receive, args=(source, packets, shared), daemon=True).start()
        threading.Thread(target=_deliver, args=(target, packets), daemon=True).start()
    says.send(listening.getsockname()[1])
    asyncio.run(_relay(listening, context, port))


def _device(address: str, peer: str) -> int:
    """Create a tun device in the current network namespace and return its file descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    made = fcntl.ioctl(device, _SET_DEVICE, struct.pack("16sH22x", b"nodana%d", _TUN | _NO_HEADER))
    name = made[:16]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, value in ((_SET_ADDRESS, address), (_SET_PEER, peer)):
            fcntl.ioctl(control, request, struct.pack("16sHH4s16x", name, socket.AF_INET, 0, socket.inet_aton(value)))
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH22x", name, _UP | _POINT_TO_POINT | _RUNNING))
    return device


def _receive(device: int, packets: queue.SimpleQueue[tuple[float, bytes]], shared: Any) -> None:
    latest = 0.0
    while True:
        packet = os.read(device, _LARGEST_PACKET)
        round_trip, jitter = shared[:]
        latest = max(latest, time.monotonic() + round_trip / 2 * (1 + random.uniform(0, jitter)))
        packets.put((latest, packet))


def _deliver(device: int, packets: queue.SimpleQueue[tuple[float, bytes]]) -> None:
    while True:
        due, packet = packets.get()
        time.sleep(max(0.0, due - time.monotonic()))
        with suppress(OSError):  # the device is not up yet
            os.write(device, packet)


async def _relay(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass_on(reader, to_server), _pass_on(from_server, writer))

    server = await asyncio.start_server(serve, sock=listening, ssl=context)
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()
