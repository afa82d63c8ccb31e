# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure time, requests and memory of the collection: ``python3 dev.py bench``."""

from __future__ import annotations

PARTS = ("inventory", "deploy", "growth", "startup", "distance")
