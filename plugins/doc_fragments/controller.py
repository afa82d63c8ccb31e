# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes, requirements and notes of modules that run only on the controller and send requests to an app."""

    DOCUMENTATION = r"""
attributes:
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - In check mode, the module also sends requests to the app, but changes nothing there or on disk.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
requirements:
  - requests, on the controller
notes:
  - The module runs on the controller, whatever the host of the task is. It sends requests to the app at its URL, not to
    Nodana's API.
  - Its arguments and its result contain no secret, except for O(secrets).
"""
