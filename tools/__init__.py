# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The implementation of ``dev.py`` and ``noxfile.py``.

It uses only the standard library, because ``dev.py`` runs before anything is installed.
"""
