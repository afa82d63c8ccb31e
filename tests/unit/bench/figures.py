# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of playbooks that never were."""

from __future__ import annotations

from ansible_collections.nodana.cloud.tests.bench.controller import Played
from ansible_collections.nodana.cloud.tests.bench.measure import Run


def played(seconds: float = 2.0, busy: float = 1.0, requests: int = 2, violations: int = 0) -> Played:
    """Return a run with these figures."""
    return Played(Run(seconds, busy, 60.0), requests, 0, violations)
