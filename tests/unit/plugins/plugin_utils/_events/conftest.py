# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for the tests in this folder."""

from __future__ import annotations

from ansible_collections.nodana.cloud.tests.support.fixtures import api, clock, machine, simulator, state_folder

__all__ = ["api", "clock", "machine", "simulator", "state_folder"]
