# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim and check several apps together, so that an app that is down delays no other."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .backoff import GROWTH
from .job import Job

FIRST_READ = 15.0
"""Seconds after which the API is asked why apps do not respond, and then between two such requests."""
SHORTEST_READ = 5.0
"""Seconds between the first two requests to the API when all apps respond and it does not report all of them as ready.
The pauses grow to ``FIRST_READ``."""
_TICK = 0.2  # seconds

ReadRecords = Callable[[list[Record]], dict[str, Record]]


@dataclass
class Watch:
    """Several jobs with one ``timeout`` in seconds for all of them.

    Each job has a thread of its own for the requests to its app. ``read`` returns the current records of apps by id,
    and may run Ansible modules, so it runs in the calling thread, as ``show`` does, which shows the progress.
    """

    jobs: list[Job]
    read: ReadRecords
    show: Callable[[str], None]
    timeout: float
    clock: Any
    _trouble: str = ""

    def run(self) -> None:
        """Work on all apps until each is done or has failed. Raises nothing because of an app."""
        self._began = self.clock.monotonic()
        self._ends = self._began + self.timeout
        for job in self.jobs:
            job.judge(self._began)
        try:
            self._watch([self._thread(job) for job in self.jobs if job.error is None])
        except BaseException:
            for job in self.jobs:
                job.error = job.error or NodanaError("The run was interrupted")  # this ends the threads
            raise
        for job in self.jobs:
            job.finish(self.timeout, self._trouble)

    def _thread(self, job: Job) -> threading.Thread:
        # The copy of the context lets ansible-core mask the secrets that a thread stores or reads.
        work = contextvars.copy_context().run
        thread = threading.Thread(target=work, args=(job.run, self.timeout, self.clock), daemon=True)
        thread.start()
        return thread

    def _watch(self, threads: list[threading.Thread]) -> None:
        next_read, pause = self._began + FIRST_READ, SHORTEST_READ
        while True:
            busy = [thread for thread in threads if thread.is_alive()]
            if busy:
                busy[0].join(_TICK)
            now = self.clock.monotonic()
            # While requests to apps go on, a read can only help where the API has not reported the app as ready.
            if not busy or (now >= next_read and not all(job.is_settled for job in self._unsettled())):
                self._read(now)
                next_read = now + FIRST_READ
            if not busy and (now >= self._ends or all(job.error for job in self._unsettled())):
                return
            self._show(now)
            if not busy:
                self.clock.sleep(min(pause, self._ends - now))
                pause = min(pause * GROWTH, FIRST_READ)

    def _unsettled(self) -> list[Job]:
        """Return the jobs whose results depend on what the API reports."""
        return [
            job
            for job in self.jobs
            if not job.is_previewed and not _is_done(job) and (job.error is None or isinstance(job.error, WaitTimeout))
        ]

    def _read(self, now: float) -> None:
        records = [job.record for job in self._unsettled()]
        try:
            found = self.read(records) if records else {}
        except NodanaError as error:
            self._trouble = str(error)
            return
        self._trouble = ""
        for job in self._unsettled():
            job.read(found.get(job.app.id), now)

    def _show(self, now: float) -> None:
        left = [job for job in self.jobs if not _is_done(job) and job.error is None]
        if left:
            names = ", ".join(f"{job.app.id} ({job.record['status'] or 'no status'})" for job in left)
            ready = len([job for job in self.jobs if _is_done(job)])
            self.show(f"{ready} of {len(self.jobs)} apps ready after {now - self._began:.0f} s; waiting for {names}")


def _is_done(job: Job) -> bool:
    return job.responds and job.is_settled
