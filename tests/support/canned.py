# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve an API that returns preset responses, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.nodana.cloud.tests.support.servers import http_server

KEY = "canned-key-0123456789abcdef"


@contextmanager
def canned_api(answers: dict[str, Any]) -> Iterator[str]:
    """Serve preset responses by path, for example ``{"/projects": {"data": []}}``, and yield the base URL."""
    with http_server(lambda path, _headers: (200, answers[path.removeprefix("/v1")])) as url:
        yield f"{url}/v1"


def one_project(*apps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the responses of an account with one project that contains these apps."""
    project = {"id": "prj-1", "name": "shop", **fields}
    return {"/projects": {"data": [project]}, f"/projects/{project['id']}/apps": {"data": list(apps)}}
