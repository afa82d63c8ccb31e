# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold leases in other processes."""

from __future__ import annotations

import os

from ansible_collections.nodana.cloud.plugins.module_utils._local import lease
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE, started


class Holder:
    """Another process that holds ``lease`` in a state folder until the ``with`` block ends."""

    def __init__(self, folder: str) -> None:
        self._held, self._enough = os.pipe(), os.pipe()
        self.process = started(self._hold, folder)
        self.lease = 0

    def _hold(self, folder: str) -> None:
        with lease.held(folder) as number:
            os.write(self._held[1], b"%d\n" % number)
            os.read(self._enough[0], 1)

    def __enter__(self) -> Holder:
        self.lease = int(os.read(self._held[0], 64))
        return self

    def __exit__(self, *_failure: object) -> None:
        os.write(self._enough[1], b"x")
        self.process.join(DEADLINE)
