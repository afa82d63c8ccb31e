# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render template files with Ansible's own template engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert, template

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"


def render(name: str, **variables: Any) -> str:
    """Return the text of a template of the playbooks. The variables are marked as the filters of the playbooks do."""
    templar = Templar(loader=DataLoader(), variables={"path": str(PLAYBOOKS / "templates" / name), **inert(variables)})
    return str(templar.template(template("{{ lookup('template', path) }}")))
