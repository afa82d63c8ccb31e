# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters: what is found wrong before any request, and that no value is repeated."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app_spec import DOCUMENTED, check_params, note
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator

GOOD: list[tuple[str, dict[str, Any]]] = [
    ("phoenixd", {}),
    ("phoenixd", {"auto_liquidity": "2m", "webhook": "https://shop.example/hook"}),
    ("phoenixd", {"auto_liquidity": "10m", "webhook": "http://10.0.0.1:8080"}),
    ("lnbits-phoenixd", {"auto_liquidity": "5m"}),
    ("alby-hub-phoenixd", {"auto_liquidity": "5m"}),
    ("cdk-mintd", {"mint_name": "A mint", "mint_description": ""}),
    ("nutshell", {"mint_name": "A", "mint_lnd_rest_url": "https://lnd.example:8080", "mint_lnd_macaroon": "00"}),
    ("template-of-tomorrow", {"anything": [1, {"at": "all"}]}),
]
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("phoenixd", {"auto_liquidity": "3m"}, "must be one of 2m, 5m, 10m"),
    ("phoenixd", {"auto_liquidity": "2M"}, "must be one of"),
    ("phoenixd", {"auto_liquidity": 2}, "must be a string"),
    ("phoenixd", {"auto_liquidity": None}, "must be a string"),
    ("phoenixd", {"webhook": "shop.example/hunter2"}, "must be an http or https URL"),
    ("phoenixd", {"webhook": "ftp://hunter2.example"}, "must be an http or https URL"),
    ("phoenixd", {"webhook": "https://[hunter2"}, "must be a URL"),
    ("phoenixd", {"mint_name": "x"}, "has no parameter mint_name.*auto_liquidity, webhook"),
    ("lnbits-phoenixd", {"webhook": "https://x.example"}, "has no parameter webhook"),
    ("nutshell", {"mint_lnd_macaroon": 17}, "must be a string"),
    ("nutshell", {"mint_lnd_rest_url": "hunter2"}, "must be an http or https URL"),
    ("nutshell", {"auto_liquidity": "2m", "b": 1}, "auto_liquidity, b"),
]


@pytest.mark.parametrize(("template", "params"), GOOD)
def test_good_parameters_pass(template: str, params: dict[str, Any]) -> None:
    check_params(template, params)


@pytest.mark.parametrize(("template", "params", "fault"), BAD)
def test_bad_ones_are_told_without_their_value(template: str, params: dict[str, Any], fault: str) -> None:
    with pytest.raises(Invalid, match=fault) as caught:
        check_params(template, params)
    assert "hunter2" not in str(caught.value)
    assert template in str(caught.value)


def test_an_unknown_template_gets_a_note() -> None:
    assert "template-of-tomorrow is not documented" in (note("template-of-tomorrow") or "")
    assert {note(template) for template in DOCUMENTED} == {None}


@pytest.mark.parametrize(("template", "params"), GOOD[:-1])
def test_the_api_takes_what_passes(simulator: Simulator, api: Api, template: str, params: dict[str, Any]) -> None:
    api.create_app(template, params, None)
    assert simulator.account()["apps"][0]["params"] == params
