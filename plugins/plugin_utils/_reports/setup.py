# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results and failures of the role node. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps import health
from .._apps.job import Job
from .deployments import Settings

_API_FIELDS = ("id", "name", "project_id", "template", "url", "status", "rate")


def report(app: Record, settings: Settings, job: Job | None) -> Record:
    """Return the result of an app. Without a ``job``, the app was neither claimed nor verified."""
    facts = {**health.NOTHING, **(job.facts if job else {})}
    note = (job.claim.note if job and job.claim else "") or None
    return {
        **{name: app.get(name) for name in _API_FIELDS},
        **{name: facts[name] for name in ("version", "node_id")},
        "note": facts["note"] or note,
        "verified": bool(job and job.responds and settings.verify),
        "claimed": bool(job and job.claimed),
        "done": job.claim.done if job and job.claim else [],
    }


def failures(errors: Mapping[str, NodanaError], unclaimed: list[str], settings: Mapping[str, Settings]) -> list[str]:
    """Return a message for each app that failed, and one that lists the ``unclaimed`` apps in capitals.

    ``errors`` and ``settings`` are by app id.
    """
    messages = [f"{settings[app_id].deployment}: {error}" for app_id, error in errors.items()]
    if unclaimed:
        messages.append(
            f"NOT KNOWN TO BE CLAIMED: {', '.join(unclaimed).upper()}. AN UNCLAIMED APP BELONGS TO ITS FIRST VISITOR. "
            "Run the playbook again to claim them when they respond, or delete them. Do not send money to them."
        )
    return messages
