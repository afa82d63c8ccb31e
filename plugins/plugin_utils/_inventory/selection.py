# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``filters``: rules that take apps in or leave them out, by expressions.

Which apps an inventory is about, as far as that needs no expression: the options that list what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_WORDS = ("include", "exclude")


@dataclass(frozen=True)
class Rule:
    """Takes in, or leaves out, what its condition is true for: an expression, or true or false itself."""

    takes_in: bool
    condition: str | bool


def filter_rules(option: Any) -> list[Rule]:
    """Read the option. Raises ValueError that says what is wrong with which of its entries."""
    found = []
    for number, entry in enumerate(option or [], start=1):
        if not isinstance(entry, dict) or len(entry) != 1 or next(iter(entry)) not in _WORDS:
            raise ValueError(f"Entry {number} of filters must have one key, include or exclude, and a condition")
        ((word, condition),) = entry.items()
        if not isinstance(condition, (str, bool)) or condition == "":
            raise ValueError(f"The {word} of entry {number} of filters must be an expression, true or false")
        found.append(Rule(word == "include", condition))
    return found


def is_selected(rules_: list[Rule], app_id: str, evaluate: Callable[[str], Any]) -> bool:
    """Whether the first rule that holds for an app takes it in; one that none holds for is in.

    Raises ValueError where an expression fails or gives neither true nor false: nothing is taken in by mistake.
    """
    return next((rule.takes_in for rule in rules_ if _holds(rule.condition, app_id, evaluate)), True)


def _holds(condition: str | bool, app_id: str, evaluate: Callable[[str], Any]) -> bool:
    if isinstance(condition, bool):
        return condition
    try:
        result = evaluate(condition)
    except Exception as error:  # whatever an expression raises
        raise ValueError(f"The filter {str(condition)!r} failed for the app {app_id!r}: {error}") from error
    if not isinstance(result, bool):
        raise ValueError(f"The filter {str(condition)!r} is neither true nor false for the app {app_id!r}")
    return result


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
