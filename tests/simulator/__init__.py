# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the Nodana API with in-memory state: ``python -m tests.simulator --help``.

The simulator serves the generations seed, apps and nodes of the API below ``/v1``. It enforces the rules of the service,
for example the rate limit, bans, at most four projects and one-time secrets. Tests control and inspect it through the
control API below ``/_simulator``. See README.md in this folder.
"""

from __future__ import annotations
