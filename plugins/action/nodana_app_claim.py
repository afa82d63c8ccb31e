# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_app_claim, which runs only on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import (
    APP_OPTIONS,
    ENCRYPTION_OPTIONS,
    app_of,
    secrets_of,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import ControllerAction
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.alby_hub import ALBY_HUB
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.claim import MAYBE_RESET, RESET, Claim, Way
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import App
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.credentials import KnownSecrets
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.lnbits import LNBITS
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking

WAYS: Mapping[str, Way] = {"lnbits-phoenixd": LNBITS, "alby-hub-phoenixd": ALBY_HUB}
OPTIONS: Record = {
    **APP_OPTIONS,
    **ENCRYPTION_OPTIONS,
    "username": {"type": "str", "default": "admin"},
    "first_install_token": {"type": "str"},
    "send": {"type": "bool", "default": True},
    "unknown_owner": {"type": "str", "choices": ["fail", "accept"], "default": "fail"},
}


class ActionModule(ControllerAction):
    """Claims an app with credentials that are stored before they are sent."""

    options = OPTIONS
    initial = MappingProxyType({"done": []})

    def perform(self, result: Record, options: Record) -> None:
        """Claim the app if its template needs that. Raises NodanaError."""
        if not 2 <= len(options["username"]) <= 20:
            raise Invalid("username must have 2 to 20 characters")
        app = app_of(options)
        way = WAYS.get(app.template)
        if way is not None:
            self._claim(result, options, app, way)

    def _claim(self, result: Record, options: Record, app: App, way: Way) -> None:
        stored, dry = secrets_of(options, self._loader), self._task.check_mode
        masking.mask(options["first_install_token"])
        fresh = way.new(options)
        existing = stored.of(app.id)
        known = {name: existing[name] for name in fresh} if set(fresh) <= set(existing) else {}
        kept: list[str] = []

        def keep() -> Record:
            credentials = stored.keep(app, fresh, dry=dry)
            kept.append("store credentials")
            return credentials

        claim = Claim(
            app,
            way,
            known,
            keep,
            options["timeout"],
            self._display.warning,
            options["first_install_token"],
            dry,
            must_know=options["unknown_owner"] == "fail",
            clock=self.clock,
            reset=reset_note(stored, app, known),
            was_claimed=stored.was_claimed(app),
        )
        try:
            if options["send"]:
                claim.ensure()
            elif not known:
                keep()
        finally:
            if claim.was_claimed and not dry:
                stored.mark_claimed(app)
            done = [*kept, *claim.done]
            result.update(changed=bool(done), done=done, **({"note": claim.note} if claim.note else {}))
            path = stored.claims and stored.claims.existing_file_of(app.template, app.id)
            if path:
                result["credentials_file"] = path


def reset_note(stored: KnownSecrets, app: App, known: Record) -> str:
    """Return the note about the app if its first visitor can claim it. Empty if no run has claimed it, as far as known.

    A file with generated credentials does not prove a claim: its run may have been interrupted, or not have sent them.
    """
    if stored.was_claimed(app):
        return RESET
    return MAYBE_RESET if known and not stored.has_generated(app) else ""
