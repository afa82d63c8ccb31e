# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What answers at the URLs of apps when the simulator is asked to serve them: stand-ins, or the real programs.

A stand-in is a small class that answers the calls that operating an app takes, as its original does, and nothing else.
"""

from __future__ import annotations
