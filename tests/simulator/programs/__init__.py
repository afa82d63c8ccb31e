# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve the URLs of apps with stand-ins or with the real programs, if the setting ``serve_apps`` is on.

A stand-in is a small class that simulates one program. It implements only the calls that are needed to operate an app.
"""

from __future__ import annotations
