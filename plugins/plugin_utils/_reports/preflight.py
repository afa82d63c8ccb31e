# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the variables of the role node, except its deployments. They send no request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import BOUNDS_OF_REQUEST

_DAY = 86400.0
TIMEOUTS = {"wait_timeout": (0.0, _DAY), "app_timeout": (0.0, _DAY), "request_timeout": BOUNDS_OF_REQUEST}
"""The timeouts of the role, with the minimum and the maximum of each in seconds."""


def timeout_problems(options: Mapping[str, Any]) -> Iterator[str]:
    """Return a sentence for each timeout that is out of range. A timeout of None is not checked."""
    for name, (least, most) in TIMEOUTS.items():
        value = options[name]
        if value is not None and not least <= value <= most:
            yield f"nodana_node_{name} must be a number of seconds from {least:g} to {most:g}"


def task_file_problems(path: str, loader: Any) -> Iterator[str]:
    """Return the problems of the task file at this absolute path. Its content is not repeated."""
    if not os.path.isfile(path):
        yield f"nodana_node_secrets_tasks: {path} is not a file"
        return
    try:
        content = loader.load_from_file(path)
    except (AnsibleError, UnicodeError):
        yield f"nodana_node_secrets_tasks: {path} is not valid YAML. Check it with ansible-playbook --syntax-check"
        return
    if not isinstance(content, list) or not content or not all(isinstance(task, dict) and task for task in content):
        yield f"nodana_node_secrets_tasks: {path} must be a list of at least one task"
    elif any({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(task) for task in content):
        yield f"nodana_node_secrets_tasks: {path} is a playbook; it must be a list of tasks"
