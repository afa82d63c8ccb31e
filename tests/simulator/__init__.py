# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the Nodana API that keeps its state in memory: ``python -m tests.simulator --help``.

It serves the first generation of the API (projects, apps, services of an app) below ``/v1`` and is as strict as the
service: the rate limit, bans, four projects, deletes of empty projects only, one-time secrets. Tests steer and read
it below ``/_simulator``. See README.md beside this file.
"""

from __future__ import annotations
