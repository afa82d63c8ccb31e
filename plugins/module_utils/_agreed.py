# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module and its action plugin on the controller agree on. Imports nothing: the controller needs no client."""

from __future__ import annotations

HANDOVER = "nodana_handover"
"""The key of a result under which a handover goes to the controller; only the action plugin sees it.

``sealed`` is the handover. ``receipts`` are the paths of its receipts, for the message should the seal be broken, and
``on_disk`` says whether all secrets are in them.
"""
STATES_THAT_CREATE = ("present", "started")
"""The states in which a missing app is made."""
