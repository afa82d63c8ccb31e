# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python reads this at its start: what a program sends to syslog or the journal goes to a file, for a test to read."""

from __future__ import annotations

import os
import sys
import syslog


def _write(*words: object) -> None:
    with open(os.environ["ADHOC_SYSLOG"], "a", encoding="utf-8") as log:
        log.write(f"{words[-1]}\n")


if "ADHOC_SYSLOG" in os.environ:
    syslog.syslog = _write  # type: ignore[assignment]
    sys.modules["systemd"] = None  # type: ignore[assignment]  # no journal
