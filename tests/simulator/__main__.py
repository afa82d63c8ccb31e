# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the simulator: run ``python -m tests.simulator`` in the root of the collection."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path

from aiohttp import web

from .control import control_routes
from .handle import DEFAULT_KEY
from .parent import parent_gone
from .service import answer
from .settings import add_flags, from_flags
from .world import World

HOST = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Run the simulator until its parent ends or a signal arrives. Return the exit status."""
    parser = _parser()
    flags = parser.parse_args(arguments)
    try:
        world = World(flags.key or [DEFAULT_KEY], from_flags(flags), real=_real(flags))
    except ValueError as problem:
        parser.error(str(problem))
    try:
        asyncio.run(serve(world, flags.port, flags.port_file, flags.parent))
    except OSError as problem:
        parser.exit(1, f"{parser.prog}: cannot start: {problem}\n")
    return 0


async def serve(world: World, port: int, port_file: str | None, parent: int) -> None:
    """Start the server, publish its port, and return when the simulator must end.

    ``port`` 0 selects a free port. The port is written to ``port_file`` and the URL is printed.
    """
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        port = runner.addresses[0][1]
        if port_file:
            _write_whole(Path(port_file), f"{port}\n")
        print(f"http://{HOST}:{port}/v1", flush=True)
        await _end(parent)
    finally:
        world.programs.end()
        await runner.cleanup()


def application(world: World) -> web.Application:
    """Return the web application: the API below ``/v1``, the control API below ``/_simulator``."""
    app = web.Application()
    app.add_routes(control_routes(world))
    app.router.add_route("*", r"/v1/{path:[\s\S]*}", partial(answer, world))
    return app


async def _end(parent: int) -> None:
    """Return on SIGTERM, on SIGINT, or when the parent process ends."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    ends = [asyncio.ensure_future(told.wait()), asyncio.ensure_future(parent_gone(parent))]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()


def _write_whole(path: Path, text: str) -> None:
    """Write a file atomically, so that a reader never sees a partial file."""
    partly = path.with_name(f".{path.name}.{os.getpid()}")
    partly.write_text(text, encoding="utf-8")
    partly.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulator",
        description="Simulate the Nodana API on the loopback interface, with its state in memory.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 selects a free one (default: 0)")
    parser.add_argument("--port-file", metavar="FILE", help="file to write the port to when the simulator listens")
    parser.add_argument(
        "--parent",
        type=int,
        metavar="PID",
        default=os.getppid(),
        help="process to end with (default: the one that started this)",
    )
    parser.add_argument(
        "--key", action="append", help=f"API key of an account; repeat it for more accounts (default: {DEFAULT_KEY})"
    )
    parser.add_argument("--mint", type=Path, metavar="FILE", help="the real Nutshell mint to serve apps with")
    parser.add_argument("--lnbits", type=Path, metavar="FILE", help="the real LNbits to serve apps with")
    add_flags(parser)
    return parser


def _real(flags: argparse.Namespace) -> dict[str, Path]:
    """Return the paths of the real programs by template. Raises ``ValueError`` if a file does not exist."""
    named = {"nutshell": flags.mint, "lnbits-phoenixd": flags.lnbits}
    real = {template: program.absolute() for template, program in named.items() if program}
    for program in real.values():
        if not program.is_file():
            raise ValueError(f"there is no program {program}")
    return real


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
