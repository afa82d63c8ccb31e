# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the variables of the role node, except its deployments, and of names and timeouts of the playbooks."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import BOUNDS_OF_REQUEST

_DAY = 86400.0
TIMEOUTS = {"wait_timeout": (0.0, _DAY), "request_timeout": BOUNDS_OF_REQUEST}
"""The timeouts of the role, with the minimum and the maximum of each in seconds."""
ROLE, PLAYBOOK = "nodana_node_", "nodana_"
"""The prefixes of the variables of the role and of the playbooks."""
ROLE_VARIABLES = (
    *("project", "deployments", "secrets_dir", "secrets_encryption", "secrets_vault_id", "secrets_tasks"),
    *("known_secrets", "wait_timeout", "request_timeout", "validate_certs"),
)
"""The variables of the role, without their prefix."""
DEPLOY = "deploy"
"""The playbook that runs the role."""
PLAYBOOK_VARIABLES: Mapping[str, tuple[str, ...]] = {
    DEPLOY: (
        *("project", "deployments", "secrets_dir", "secrets_encryption", "wait_timeout", "app_timeout"),
        "request_interval",
    ),
    "status": (
        *("source", "status_dir", "skip_files", "secrets_dir", "app_timeout", "fail_on_problems", "request_interval"),
    ),
    "upgrade": (
        *("source", "project", "template", "nodes", "update_unverified", "record_dir", "secrets_dir", "wait_timeout"),
        *("app_timeout", "request_interval"),
    ),
    "restore_check": (
        *("source", "secrets_dir", "ignore_deleted_apps", "ignore_apps_without_files", "request_interval"),
    ),
    "teardown": (
        *("source", "project", "nodes", "delete_with_balance", "delete_with_unknown_balance", "delete_without_secrets"),
        *("secrets_dir", "app_timeout", "request_interval"),
    ),
}
"""The variables of each playbook, without their prefix."""
_OTHER_NAMES = {"request_timeout": "app_timeout"}
"""The names in the playbooks of variables of the role that have another name there."""
AWX = "nodana_awx_"
"""The prefix of the variables of the playbook for AWX, which are not checked."""
_WITH_DEFAULTS = (
    "secrets_dir",
    "secrets_encryption",
    "known_secrets",
    "wait_timeout",
    "request_timeout",
    "validate_certs",
)
_SIMILARITY = 0.85


def name_of(variable: str, playbook: str | None) -> str:
    """Return the name of the variable of the role that the user set: that of the playbook, if it has one."""
    name = _OTHER_NAMES.get(variable, variable)
    return PLAYBOOK + name if playbook and name in PLAYBOOK_VARIABLES[playbook] else ROLE + variable


def misspelt_variables(names: Iterable[str], playbook: str | None) -> Iterator[str]:
    """Return a sentence for each variable among ``names`` that looks like a misspelt one of a playbook, or of the role.

    That is an unknown name that is similar to a variable that is missing among ``names``, or that has a default.
    Users may have other variables that begin with ``nodana_``, and one file with the variables of several playbooks.
    The role also leaves facts, which a playbook that does not run the role ignores.
    """
    others = (AWX,) if playbook in (None, DEPLOY) else (AWX, ROLE)
    names = [name for name in names if name.startswith(PLAYBOOK) and not name.startswith(others)]
    wanted = {PLAYBOOK + variable for variable in PLAYBOOK_VARIABLES[playbook]} if playbook else set()
    if playbook in (None, DEPLOY):
        wanted |= {name_of(variable, playbook) for variable in ROLE_VARIABLES}
    known = wanted | {ROLE + name for name in ROLE_VARIABLES}
    known |= {PLAYBOOK + name for variables in PLAYBOOK_VARIABLES.values() for name in variables}
    free = [name for name in wanted if name not in names or name.removeprefix(ROLE) in _WITH_DEFAULTS]
    for name in sorted(set(names) - known):
        similar = difflib.get_close_matches(_bare(name), map(_bare, free), 1, _SIMILARITY)
        if similar:
            correct = next((other for other in free if _bare(other) == similar[0]), "")
            place = f"the playbook {playbook}" if playbook else "the role"
            yield f"{name} is not a variable of {place}. Did you mean {correct}?"


def _bare(name: str) -> str:
    return name.removeprefix(ROLE if name.startswith(ROLE) else PLAYBOOK)


def timeout_problems(options: Mapping[str, Any], playbook: str | None) -> Iterator[str]:
    """Return a sentence for each timeout that is not a number or is out of range. A timeout of None is not checked."""
    for name, (least, most) in TIMEOUTS.items():
        value = options[name]
        try:
            is_valid = value is None or (not isinstance(value, bool) and least <= float(value) <= most)
        except (TypeError, ValueError):
            is_valid = False
        if not is_valid:
            yield f"{name_of(name, playbook)} must be a number of seconds from {least:g} to {most:g}"


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
