# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of a task in Ansible's error messages.

ansible-core 2.19 and newer print the source of a failed task below its error: the arguments of an ad hoc task, or the
first line of a task in a playbook and the two lines above it. Only this module depends on how ansible-core does that.
"""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.nodana.cloud.plugins.module_utils._client.redaction import credentials_in, masked, parameters

_KNOWN = ("params", "apps", "secrets_dir", "secrets_vault_id", "secrets_encryption", "secrets_tasks", "return_secrets")
"""Arguments that ``parameters`` does not search as unknown options.

It reads ``params`` and ``apps`` separately. The names of the others only look like those of credentials.
"""
_TELLING = 8  # characters; Ansible cuts a long line, so the beginning of a credential counts as a leak


def hide_credentials(task: Any) -> None:
    """Mask the credentials among the arguments of ``task`` in its source. Only this process sees the change."""
    source = task.get_ds()
    found = {text for text in credentials_in(parameters(task.args, _KNOWN)) if text in str(source)}
    if not found or not isinstance(source, dict):
        return
    for name, value in source.items():
        source[name] = masked(value, found)
    shown = getattr(AnsibleError("", obj=source), "_formatted_source_context", None) or ""
    if any(text[:_TELLING] in shown for text in found):
        task._ds = None
