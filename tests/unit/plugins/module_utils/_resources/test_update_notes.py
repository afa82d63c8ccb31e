# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warnings before updates that need a manual step."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._resources.update_notes import warning
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine

CROSSES = "may cross version 0.18 of cdk-mintd"


@pytest.mark.parametrize(
    ("program", "version", "target", "warns"),
    [
        ("cdk-mintd", "0.17.1", None, True),
        ("cdk-mintd", "v0.9.0", None, True),
        ("cdk-mintd", "cdk-mintd/0.16.0", None, True),
        ("cdk-mintd", "0.17.1", "0.18.0-rc.0", True),
        ("cdk-mintd", None, None, True),
        ("cdk-mintd", "unknown", None, True),
        ("cdk-mintd", "0.17.0", "0.17.1", False),
        ("cdk-mintd", None, "0.17.1", False),
        ("cdk-mintd", "0.18.0-rc.0", None, False),
        ("cdk-mintd", "cdk-mintd/0.18.2", None, False),
        ("cdk-mintd", "1.0.0", None, False),
        ("nutshell", "0.17.0", None, False),
        ("phoenixd", None, None, False),
    ],
)
def test_a_warning_is_due_unless_the_update_is_known_not_to_cross_the_version(
    program: str, version: str | None, target: str | None, warns: bool
) -> None:
    found = warning(program, "app-1", version, target)
    assert (found is not None) is warns
    if found and version and version[-1].isdigit():
        assert f"Its version is {version}." in found


@pytest.mark.parametrize("generation", ["seed", "apps"])
@pytest.mark.parametrize("check", [True, False])
def test_an_update_of_a_mint_warns_first(
    simulator: Simulator, machine: Machine, api: Api, generation: str, check: bool
) -> None:
    simulator.settings(generation=[generation])
    mint, node = (api.create_app(template, {}, None)["id"] for template in ("cdk-mintd", "phoenixd"))
    simulator.fault("error_before", method="POST", path="/update$", times=10)
    warned = machine.app(id=mint, state="latest", check=check).result.warnings[0]
    assert warned.startswith(f"The update of {mint} (cdk-mintd) {CROSSES}")
    assert ("Its version is 0.12.0" in warned) is (generation == "seed")
    assert CROSSES not in str(machine.app(id=node, state="latest", check=check).result.warnings)


@pytest.mark.parametrize(
    ("options", "warns"), [({"state": "latest"}, True), ({"version": "0.18.0"}, True), ({"version": "0.17.1"}, False)]
)
def test_an_update_of_its_service_warns_first(machine: Machine, api: Api, options: dict[str, str], warns: bool) -> None:
    mint = api.create_app("cdk-mintd", {}, None)["id"]
    warnings = machine.service(app=mint, check=True, **options).ok().warnings
    assert (CROSSES in str(warnings)) is warns
    assert machine.service(app=mint, state="present").ok().warnings == []
