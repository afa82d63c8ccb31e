# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the variables of the role node, except its deployments. They send no request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError

LONGEST = 86400.0
TIMEOUTS = {"wait_timeout": 0.0, "app_timeout": 0.0, "request_timeout": 0.1}
"""The timeouts of the role and the minimum of each, in seconds. ``LONGEST`` is the maximum, a day."""


def timeout_problems(options: Mapping[str, Any]) -> Iterator[str]:
    """Return a sentence for each timeout that is out of range. A timeout of None is not checked."""
    for name, shortest in TIMEOUTS.items():
        value = options[name]
        if value is not None and not shortest <= value <= LONGEST:
            yield f"nodana_node_{name} must be a number of seconds from {shortest:g} to {LONGEST:g}"


def task_file_problems(path: str, loader: Any) -> Iterator[str]:
    """Return the problems of the task file at this absolute path. Its content is not repeated."""
    if not os.path.isfile(path):
        yield f"nodana_node_secrets_tasks: there is no file {path}"
        return
    try:
        content = loader.load_from_file(path)
    except (AnsibleError, UnicodeError):
        yield f"nodana_node_secrets_tasks: {path} cannot be read as YAML; try ansible-playbook --syntax-check"
        return
    if not isinstance(content, list) or not content or not all(isinstance(task, dict) and task for task in content):
        yield f"nodana_node_secrets_tasks: {path} must be a list of tasks, and not an empty one"
    elif any({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(task) for task in content):
        yield f"nodana_node_secrets_tasks: {path} is a playbook; it must be a list of tasks"
