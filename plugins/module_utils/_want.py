# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wanted of a project: so many apps of one template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _project, _templates
from ansible_collections.nodana.cloud.plugins.module_utils._agreed import STATES_THAT_CREATE
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

Record = dict[str, Any]


@dataclass(frozen=True)
class Want:
    """At least ``count`` apps of one ``template``, in a ``state``; missing ones are made with ``params``."""

    template: str
    params: Record = field(default_factory=dict)
    count: int = 1
    state: str = "present"

    @property
    def creates(self) -> bool:
        """Whether missing apps are made."""
        return self.state in STATES_THAT_CREATE

    def check(self) -> None:
        """Find all faults that need no request. Raises Invalid."""
        _project.check_name(self.template, "template")
        _templates.check_params(self.template, self.params)
        if self.count < 1:
            raise Invalid(
                "count must be 1 or more",
                advice="No count deletes anything; nodana_app does, with an id and state: absent.",
            )
