# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role node when the API refuses a creation: the apps that exist are claimed before the role fails."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tests.support.shop import Shop

pytestmark = pytest.mark.ends


def test_the_apps_that_were_created_before_are_claimed_and_verified_and_the_failure_comes_last(shop: Shop) -> None:
    creation = {"method": "POST", "path": "^/apps$"}
    shop.simulator.fault("slow", seconds=0.01, **creation)
    shop.simulator.fault("status_before", status=403, **creation)
    ran = shop.deploy(deployments=[{"preset": "lnbits_phoenixd"}, {"preset": "phoenixd"}])
    (lnbits,) = shop.simulator.account()["apps"]
    name = f"lnbits-phoenixd-{lnbits['id']}"
    shown = ran.stdout + ran.stderr
    assert ran.returncode == 2, shown
    assert shop.files == [f"claims/{name}.yml", f"{name}.yml"]
    assert (shop.controller.secrets / "claims" / f".{name}.claimed").exists()
    assert f"lnbits-phoenixd {lnbits['id']} at {lnbits['url']}: version " in " ".join(shown.split())
    assert shown.count(", healthy") == 1
    assert "rescued=1 " in ran.stdout
    assert ran.stdout.index("TASK [nodana.cloud.node : Claim and unlock") < ran.stdout.index(
        "Fail if a step has failed"
    )
    assert "POST " in shown[shown.index("Fail if a step has failed") :]
