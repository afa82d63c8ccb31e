# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress lines of tasks that take long."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO, Any

from ansible import constants

VARIABLE = "NODANA_PROGRESS"
"""The environment variable that turns progress lines off, with the value 0, no or false."""
FIRST = 3.0
"""Seconds until the first line, so that short tasks show none."""
INTERVAL = 5.0
"""Seconds between two lines."""
READ_INTERVAL = 0.5
"""Seconds between two reads of the progress of a module."""
LONGEST = 400
"""Characters; a longer line is cut off."""


def is_wanted() -> bool:
    """Return whether progress lines are shown."""
    return os.environ.get(VARIABLE, "").strip().lower() not in ("0", "no", "false", "off")


class Progress:
    """Shows lines through Ansible's ``display``, one every few seconds, each after the name of the ``host``.

    ``clock`` is the ``time`` module or a replacement.
    """

    def __init__(self, display: Any, host: str, clock: Any = time) -> None:
        self._display = display
        self._host = host
        self._clock = clock
        self._last = ""
        self._next = clock.monotonic() + FIRST

    def show(self, text: str) -> None:
        """Show a line unless it is too early for one, or this was the last one. Control characters are left out."""
        now = self._clock.monotonic()
        line = "".join(character for character in text if character.isprintable())
        if now < self._next or line == self._last or not is_wanted():
            return
        self._next, self._last = now + INTERVAL, line
        shown = line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."
        self._display.display(f"[{self._host}] {shown}")


@contextlib.contextmanager
def followed(progress: Progress) -> Iterator[str | None]:
    """Return the path of a file for the progress of a module, and show its last line until the context ends.

    A thread reads the file, because the module blocks this one. Ansible's display is made for threads, also in the
    processes that run tasks. The path is None if no file can be created.
    """
    ended = threading.Event()
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(
                tempfile.NamedTemporaryFile("rb", prefix="nodana-progress-", dir=constants.DEFAULT_LOCAL_TMP)
            )
        except OSError:
            yield None
            return
        reader = threading.Thread(target=_follow, args=(file, progress, ended), daemon=True)
        reader.start()
        stack.callback(reader.join)
        stack.callback(ended.set)
        yield file.name


def _follow(file: IO[bytes], progress: Progress, ended: threading.Event) -> None:
    last = b""
    while not ended.wait(READ_INTERVAL):
        lines = file.read().split(b"\n")
        last = ([line for line in lines[:-1] if line] or [last])[-1]
        if last:
            progress.show(last.decode("utf-8", "replace"))
