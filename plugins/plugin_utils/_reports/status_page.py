# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A status report as a web page. The template engine escapes all values in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .account import NOTICE, PROBLEM


def render_page(report: Record) -> str:
    """Return the HTML of a report."""
    folder = Path(__file__).parents[1] / "data"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"amount": _amount, "money": _money})
    environment.tests["web_address"] = _is_web_address
    apps = [{**app, "anchor": f"app-{number}"} for number, app in enumerate(report["apps"], start=1)]
    shown = environment.get_template("status.html.j2")
    return shown.render(report=report, apps=apps, sections=_sections(report["projects"], apps))


def _sections(projects: list[Record], apps: list[Record]) -> list[tuple[Record, list[Record]]]:
    """Return each project with its apps, problems first. Apps of unknown projects get a section of their own."""
    known = {project["id"] for project in projects}
    missing = dict.fromkeys(app["project_id"] for app in apps if app["project_id"] not in known)
    unknown = [{"id": project_id, "name": "unknown project", "cost_a_day": None} for project_id in missing]
    return [
        (project, sorted([app for app in apps if app["project_id"] == project["id"]], key=_rank))
        for project in [*projects, *unknown]
    ]


def _rank(app: Record) -> int:
    return {PROBLEM: 0, NOTICE: 1}.get(app["severity"], 2)


def _amount(number: Any) -> str:
    """Return a whole number with narrow no-break spaces as thousands separators."""
    return f"{number:,}".replace(",", "\u202f")


def _money(number: Any) -> str:
    return f"{number:,.2f}".replace(",", "\u202f")


def _is_web_address(url: Any) -> bool:
    try:
        parts = urlsplit(str(url))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
