# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private packages import each other in one direction only, without cycles, and few files lie beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
NAMESPACE = ("ansible_collections", "nodana", "cloud", "plugins")
BELOW = {
    "module_utils/_errors": (),
    "module_utils/_polling": ("module_utils/_errors",),
    "module_utils/_protocol": ("module_utils/_errors",),
    "module_utils/_plain": (),
    "module_utils/_seal": (),
    "module_utils/_local": (
        *("module_utils/_errors", "module_utils/_plain", "module_utils/_polling"),
        *("module_utils/_protocol", "module_utils/_seal"),
    ),
    "module_utils/_client": ("module_utils/_local",),
    "module_utils/_argspec": ("module_utils/_client",),
    "module_utils/_context": ("module_utils/_client",),
    "module_utils/_resources": ("module_utils/_context",),
    "module_utils/_module": ("module_utils/_argspec", "module_utils/_resources"),
    "plugin_utils/_unsafe": ("module_utils/_module",),
    "plugin_utils/_secrets": ("module_utils/_module",),
    "plugin_utils/_apps": ("plugin_utils/_secrets",),
    "plugin_utils/_reports": ("plugin_utils/_apps",),
    "plugin_utils/_action": ("plugin_utils/_apps",),
    "plugin_utils/_inventory": ("plugin_utils/_unsafe",),
    "plugin_utils/_events": ("plugin_utils/_inventory",),
}
"""The packages that each package may import. It may also import the ones below them."""
BASE = {f"module_utils/{name}" for name in ("_errors", "_plain", "_polling", "_protocol", "_seal")}
"""The files that everything may import, one level together."""
FILES = sorted(path for top in ("module_utils", "plugin_utils") for path in (PLUGINS / top).rglob("*.py"))
MOST_FILES = 8
LONGEST_CHAIN = 6


@cache
def allowed(package: str) -> frozenset[str]:
    """Return all packages below this one."""
    return frozenset(BELOW[package]).union(*(allowed(below) for below in BELOW[package]))


def module_of(path: Path) -> tuple[str, ...]:
    """Return the name of a file below plugins/, as ("module_utils", "_client", "api")."""
    return path.relative_to(PLUGINS).with_suffix("").parts


def package_of(module: tuple[str, ...]) -> str:
    """Return the package of a module: one of the keys of BELOW."""
    return "/".join(module[:2])


def is_module(module: tuple[str, ...]) -> bool:
    """Return whether there is such a file."""
    return len(module) > 1 and PLUGINS.joinpath(*module).with_suffix(".py").is_file()


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Return the private modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            words = tuple((node.module or "").split(".")) if node.module else ()
            if node.level:
                words = (*module_of(path)[: -node.level], *words)
            elif words[:4] == NAMESPACE:
                words = words[4:]
            else:
                continue
            for name in node.names:
                module = next((m for m in ((*words, name.name), words) if is_module(m)), None)
                assert module, f"{path}: {'.'.join(words)} has no module {name.name}"
                yield module


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(module_of(path)))
def test_a_file_imports_only_from_packages_below_its_own(path: Path) -> None:
    own = package_of(module_of(path))
    for module in imports(path):
        assert package_of(module) in {own, *allowed(own)}, f"imports {'/'.join(module)}"


def test_no_files_import_each_other_in_a_circle() -> None:
    assert list(TopologicalSorter({module_of(path): set(imports(path)) for path in FILES}).static_order())


def test_no_chain_of_package_imports_is_longer_than_six() -> None:
    edges: dict[str, set[str]] = {package: set() for package in BELOW}
    for path in FILES:
        own = package_of(module_of(path))
        edges[own] |= {package_of(module) for module in imports(path)} - {own, *BASE}

    def depth(package: str) -> int:
        return 1 + max((depth(below) for below in edges[package]), default=1)  # the base

    assert max(depth(package) for package in BELOW if package not in BASE) <= LONGEST_CHAIN


@pytest.mark.parametrize("top", ["module_utils", "plugin_utils"])
def test_few_files_lie_beside_the_packages(top: str) -> None:
    assert len(list((PLUGINS / top).glob("*.py"))) <= MOST_FILES
