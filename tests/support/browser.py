# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a headless Chromium that shows one page and reports its events, over the pipes of the DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NOISE = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Network.requestWillBeSent")

_FLAGS = (
    "--headless",
    "--no-sandbox",  # Root cannot use the sandbox. The page is our own.
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
# The browser expects its pipes at the file descriptors 3 and 4.
_LAUNCHER = """
import fcntl, os, sys
spare = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for number, file in zip(spare, (3, 4)):
    os.dup2(number, file)
os.execv(sys.argv[3], sys.argv[3:])
"""


def installed() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser with one page. ``events`` are its console messages and requests since the last ``open``."""

    def __init__(self, reading: int, writing: int) -> None:
        self._from = os.fdopen(reading, "rb")
        self._to = os.fdopen(writing, "wb", buffering=0)
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        self._seen: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def open(self, file: Path) -> None:
        """Show a file and wait until it has loaded."""
        self.events, self._seen = [], []
        self.call("Page.navigate", url=file.as_uri())
        while "Page.loadEventFired" not in self._seen:
            self._read()
        self.run("new Promise(done => setTimeout(done, 20))")

    def show(self, width: int, *, media: str = "", scheme: str = "light") -> None:
        """Set the width of the window in pixels, the medium (for example ``print``) and the colour scheme."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def screenshot(self) -> bytes:
        """Return a PNG image of the whole page."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        """Return the printed page as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "result" in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self) -> dict[str, Any]:
        raw = bytearray()
        while (char := self._from.read(1)) != b"\0":
            assert char, "Chromium ended"
            raw += char
        message: dict[str, Any] = json.loads(raw)
        self._seen.append(message.get("method", ""))
        if message.get("method") in NOISE:
            self.events.append(message)
        return message

    def close(self) -> None:
        self._to.close()
        self._from.close()


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Browser]:
    """Run Chromium with its own profile."""
    commands, replies = os.pipe(), os.pipe()
    launcher = [sys.executable, "-c", _LAUNCHER, str(commands[0]), str(replies[1])]
    line = [*launcher, program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(
        line,
        pass_fds=(commands[0], replies[1]),
        env={**os.environ, "HOME": str(profile)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(commands[0])
        os.close(replies[1])
        shown = None
        try:
            shown = Browser(replies[0], commands[1])
            yield shown
        finally:
            if shown:
                shown.close()  # Closing the pipe ends Chromium.
            else:
                process.terminate()
            process.wait(30)
