# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Select the apps and nodes of an inventory.

``Selection`` holds the options that list wanted names, ids and statuses. ``Rule`` holds an entry of the option
``filters``, whose conditions are Jinja expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .hostnames import HostKey

_WORDS = ("include", "exclude")


@dataclass(frozen=True)
class Rule:
    """Includes or excludes the apps and nodes for which its condition is true: an expression or a boolean."""

    takes_in: bool
    condition: str | bool


def filter_rules(option: Any) -> list[Rule]:
    """Return the rules in the option ``filters``. Raises ValueError, with the number of the entry, if one is wrong."""
    found = []
    for number, entry in enumerate(option or [], start=1):
        if not isinstance(entry, dict) or len(entry) != 1 or next(iter(entry)) not in _WORDS:
            raise ValueError(f"Entry {number} of filters must have one key, include or exclude, and a condition")
        ((word, condition),) = entry.items()
        if not isinstance(condition, (str, bool)) or condition == "":
            raise ValueError(f"The {word} of entry {number} of filters must be an expression or a boolean")
        found.append(Rule(word == "include", condition))
    return found


def is_selected(rules_: list[Rule], key: HostKey, evaluate: Callable[[str], Any]) -> bool:
    """Return whether the first rule whose condition holds includes the host. If no condition holds, include it.

    Raises ValueError if an expression fails or does not return a boolean, so that no host is included by mistake.
    """
    return next((rule.takes_in for rule in rules_ if _holds(rule.condition, key, evaluate)), True)


def _holds(condition: str | bool, key: HostKey, evaluate: Callable[[str], Any]) -> bool:
    if isinstance(condition, bool):
        return condition
    try:
        result = evaluate(condition)
    except Exception as error:  # an expression can raise anything
        raise ValueError(f"The filter {str(condition)!r} failed for the {key}: {error}") from error
    if not isinstance(result, bool):
        raise ValueError(f"The filter {str(condition)!r} did not return a boolean for the {key}")
    return result


@dataclass(frozen=True)
class Selection:
    """The wanted apps and nodes. An empty set means all. ``projects`` are names and ids, and limit only apps."""

    projects: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    app_ids: frozenset[str] = frozenset()

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Selection:
        """Return the selection in the options of the same names as the fields."""
        return cls(*(frozenset(map(str, options[name] or ())) for name in cls.__dataclass_fields__))

    def has_project(self, project: Record) -> bool:
        """Return whether the apps of this project can be wanted."""
        return not self.projects or bool(self.projects & {project["id"], str(project["name"])})

    def has_app(self, app: Record) -> bool:
        """Return whether this app of a wanted project, or this node, is wanted."""
        pairs = ((self.templates, "template"), (self.statuses, "status"), (self.app_ids, "id"))
        return all(not wanted or str(app[field]) in wanted for wanted, field in pairs)

    def is_found(self, app_ids: Iterable[str]) -> bool:
        """Return whether these ids include all wanted ones. Then no other project needs a request."""
        return bool(self.app_ids) and self.app_ids <= set(app_ids)

    def unknown_projects(self, projects: Iterable[Record]) -> list[str]:
        """Return the wanted projects that are not among these, sorted."""
        return sorted(self.projects - {text for project in projects for text in (project["id"], str(project["name"]))})
