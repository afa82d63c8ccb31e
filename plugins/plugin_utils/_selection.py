# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which apps an inventory is about, as far as that needs no expression: the options that list what is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Selection:
    """What is wanted. An empty set wants everything. ``projects`` are names and ids."""

    projects: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    app_ids: frozenset[str] = frozenset()

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Selection:
        """Read the options of the same names."""
        return cls(*(frozenset(map(str, options[name] or ())) for name in cls.__dataclass_fields__))

    def has_project(self, project: Record) -> bool:
        """Whether apps of this project can be wanted."""
        return not self.projects or bool(self.projects & {project["id"], str(project["name"])})

    def has_app(self, app: Record) -> bool:
        """Whether this app of a wanted project is wanted."""
        pairs = ((self.templates, "template"), (self.statuses, "status"), (self.app_ids, "id"))
        return all(not wanted or str(app[field]) in wanted for wanted, field in pairs)

    def is_found(self, app_ids: Iterable[str]) -> bool:
        """Whether these are all apps that can be wanted, so that none can be in another project."""
        return bool(self.app_ids) and self.app_ids <= set(app_ids)

    def unknown_projects(self, projects: Iterable[Record]) -> list[str]:
        """Give the wanted projects that are not among these."""
        return sorted(self.projects - {text for project in projects for text in (project["id"], str(project["name"]))})
