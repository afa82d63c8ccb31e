# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the variables of the role node, except its deployments. They send no request."""

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
DEPLOY_VARIABLES = ("project", "deployments", "secrets_dir", "secrets_encryption", "request_interval")
"""The variables of the playbook deploy, without their prefix."""
OTHER_VARIABLES = (
    *("source", "nodes", "template", "status_dir", "record_dir", "app_timeout", "wait_timeout", "fail_on_problems"),
    *("update_unverified", "delete_with_balance", "delete_with_unknown_balance", "delete_without_secrets"),
    *("ignore_deleted_apps", "ignore_apps_without_files", "skip_files"),
)
"""The variables of other playbooks, which one file of variables may also contain."""
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


def name_of(variable: str, *, playbook: bool) -> str:
    """Return the name of the variable that the user set: of the playbook deploy, if it has one, or of the role."""
    return (PLAYBOOK if playbook and variable in DEPLOY_VARIABLES else ROLE) + variable


def misspelt_variables(names: Iterable[str], *, playbook: bool) -> Iterator[str]:
    """Return a sentence for each variable among ``names`` that looks like a misspelt one.

    That is an unknown name that is similar to a variable that is missing among ``names``, or that has a default.
    Users may have other variables that begin with ``nodana_``.
    """
    names = [name for name in names if name.startswith(PLAYBOOK) and not name.startswith(AWX)]
    wanted = {name_of(variable, playbook=playbook) for variable in ROLE_VARIABLES}
    wanted |= {PLAYBOOK + variable for variable in DEPLOY_VARIABLES} if playbook else set()
    known = wanted | {ROLE + name for name in ROLE_VARIABLES}
    known |= {PLAYBOOK + name for name in (*DEPLOY_VARIABLES, *OTHER_VARIABLES)}
    free = [name for name in wanted if name not in names or name.removeprefix(ROLE) in _WITH_DEFAULTS]
    for name in sorted(set(names) - known):
        similar = difflib.get_close_matches(_bare(name), map(_bare, free), 1, _SIMILARITY)
        if similar:
            correct = next((other for other in free if _bare(other) == similar[0]), "")
            yield f"{name} is not a variable of {'the playbook' if playbook else 'the role'}. Did you mean {correct}?"


def _bare(name: str) -> str:
    return name.removeprefix(ROLE if name.startswith(ROLE) else PLAYBOOK)


def timeout_problems(options: Mapping[str, Any]) -> Iterator[str]:
    """Return a sentence for each timeout that is not a number or is out of range. A timeout of None is not checked."""
    for name, (least, most) in TIMEOUTS.items():
        value = options[name]
        try:
            is_valid = value is None or least <= float(value) <= most
        except (TypeError, ValueError):
            is_valid = False
        if not is_valid:
            yield f"{ROLE}{name} must be a number of seconds from {least:g} to {most:g}"


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
