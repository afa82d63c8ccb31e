# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules never show the API key or credentials in params. They return one-time secrets complete."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import handed_over, run_module, visible
from ansible_collections.nodana.cloud.tests.support.servers import answered, raw_server


class Hidden:
    """Credentials that no other test has used: Ansible goes on masking what it has seen once."""

    def __init__(self) -> None:
        self.macaroon = secrets.token_hex(120)
        self.password, self.token, self.line, self.user = (secrets.token_hex(8) for _word in range(4))
        self.pin = secrets.randbelow(10**9) + 10**9
        self.params = {
            "mint_lnd_macaroon": self.macaroon,
            "webhook": f"https://user:{self.password}@shop.example/hook?token={self.token}",
            "private_key": f"-----BEGIN KEY-----\n{self.line}\n-----END KEY-----",
            "credentials": {"user": self.user, "pin": self.pin},
            "mint_name": "Shop mint",
        }

    def found_in(self, text: str) -> list[str]:
        """The words of credentials in a text."""
        words = [self.macaroon[:24], self.password, self.token, self.line, self.user, str(self.pin)]
        return [word for word in words if word in text]


@pytest.fixture
def hidden() -> Hidden:
    return Hidden()


@pytest.fixture
def connection(simulator: Simulator) -> dict[str, Any]:
    return {"api_url": simulator.url, "api_key": simulator.key, "request_interval": 0, "retry_timeout": 0}


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that Ansible would hand to the system's log."""
    seen: list[str] = []

    def log(_module: Any, msg: Any, log_args: Any = None) -> None:
        seen.append(f"{msg} {log_args}")

    monkeypatch.setattr(basic.AnsibleModule, "log", log)
    return seen


@pytest.mark.parametrize(
    "options",
    [
        {"template": "boltzd", "return_secrets": True},
        {"template": "boltzd"},
        {"template": "boltzd", "return_secrets": True, "state": "no-such-state"},
        {"template": "boltzd", "no_such_option": 1},
        {"template": "boltzd", "id": "app-1"},
        {"template": "nutshell", "return_secrets": True},
        {"template": "boltzd", "return_secrets": True, "api_url": "http://api.nodana.io/v1"},
        {},
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_no_credential_among_params_is_shown(
    connection: dict[str, Any], hidden: Hidden, logged: list[str], options: dict[str, Any], as_text: bool
) -> None:
    params = json.dumps(hidden.params) if as_text else hidden.params
    result = run_module("nodana_app", **{**connection, **options}, params=params)
    text = visible(result) + "".join(logged)
    assert hidden.found_in(text) == []
    assert connection["api_key"] not in text


@pytest.mark.parametrize("form", ["no {}", ["{}"], {"token": [["{}"]]}, '{"token": "{}"', '{"token": "{}",}'])
def test_params_of_another_shape_are_not_shown_either(
    connection: dict[str, Any], hidden: Hidden, logged: list[str], form: Any
) -> None:
    params = json.loads(json.dumps(form).replace("{}", hidden.macaroon))
    result = run_module("nodana_app", **connection, template="boltzd", params=params)
    assert result["failed"]
    assert hidden.found_in(visible(result) + "".join(logged)) == []


@pytest.mark.parametrize(
    "options",
    [
        {"return_secrets": True},
        {},
        {"no_such_option": 1},
        {"return_secrets": True, "api_url": "http://api.nodana.io/v1"},
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_no_credential_of_a_stack_is_shown(
    connection: dict[str, Any], hidden: Hidden, logged: list[str], options: dict[str, Any], as_text: bool
) -> None:
    params = json.dumps(hidden.params) if as_text else hidden.params
    apps = [{"template": "phoenixd"}, {"template": "boltzd", "params": params}]
    result = run_module("nodana_stack", **{**connection, **options}, project="shop", apps=apps)
    text = visible(result) + "".join(logged)
    assert hidden.found_in(text) == []
    assert connection["api_key"] not in text


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("nodana_app", {"template": "nutshell", "mint_lnd_macaroon": "{}"}),
        ("nodana_stack", {"project": "shop", "mint_lnd_macaroon": "{}"}),
        ("nodana_stack", {"project": "shop", "apps": [{"template": "nutshell", "mint_lnd_macaroon": "{}"}]}),
        ("nodana_stack", {"project": "shop", "apps": [{"nutshell": {"mint_lnd_macaroon": "{}"}}]}),
        ("nodana_stack", {"project": "shop", "apps": [[{"template": "nutshell", "params": {"token": "{}"}}]]}),
        ("nodana_stack", {"project": "shop", "apps": [{"template": "boltzd", "params": ["token={}"]}]}),
        ("nodana_stack", {"project": "shop", "apps": {"template": "phoenixd", "params": {"token": "{}"}}}),
    ],
)
def test_a_credential_in_a_wrong_place_is_not_shown(
    connection: dict[str, Any], hidden: Hidden, logged: list[str], name: str, form: dict[str, Any]
) -> None:
    options = json.loads(json.dumps(form).replace("{}", hidden.macaroon))
    result = run_module(name, **connection, **options)
    assert result["failed"]
    assert hidden.found_in(visible(result) + "".join(logged)) == []


def test_options_given_as_text_hide_nothing_else(connection: dict[str, Any]) -> None:
    app: dict[str, Any] = {"template": "phoenixd", "params": "{}", "return_secrets": True}
    made = run_module("nodana_app", **connection, **app, project="shop", create_project=True)
    assert json.loads(visible(made))["invocation"]["module_args"]["params"] == {}
    result = run_module("nodana_stack", **connection, project="shop", apps="template=phoenixd")
    assert [app["template"] for app in json.loads(visible(result))["apps"]] == ["phoenixd"]


def test_an_api_that_repeats_them_cannot_make_them_show(connection: dict[str, Any], hidden: Hidden) -> None:
    params = {name: hidden.params[name] for name in ("mint_lnd_macaroon", "webhook")}
    said = f"{hidden.macaroon} {params['webhook']} {connection['api_key']} {hidden.macaroon}"
    answers = iter([{"data": []}, {"message": said, "error": said, "statusCode": 400}])

    def answer(connection_: Any) -> None:
        connection_.sendall(answered(json.dumps(next(answers))))

    with raw_server(answer) as server:
        options = {**connection, "api_url": server.url, "template": "boltzd", "return_secrets": True}
        result = run_module("nodana_app", **options, params=params)
    assert result["error"]["code"] == 400
    assert hidden.found_in(visible(result)) == []
    assert connection["api_key"] not in visible(result)


def test_plain_parameters_stay_readable(connection: dict[str, Any], logged: list[str]) -> None:
    result = run_module("nodana_app", **connection, template="boltzd", params={"mint_name": "Shop mint"})
    assert "Shop mint" in visible(result)
    assert "Shop mint" in "".join(logged)


@pytest.mark.parametrize("password", ["a", "1", "abandon", "ab", "0"])
def test_a_short_credential_does_not_destroy_a_seed_phrase(
    simulator: Simulator, connection: dict[str, Any], password: str
) -> None:
    result = run_module(
        "nodana_app", **connection, template="boltzd", params={"password": password}, return_secrets=True
    )
    (app,) = simulator.account()["apps"]
    assert handed_over(result)[app["id"]] == app["secrets"]
    assert result["app"]["id"] == app["id"]
    if len(password) > 2:
        assert result["invocation"]["module_args"]["params"]["password"] == "********"


def test_the_key_is_not_shown_when_the_api_gives_it_back(simulator: Simulator, connection: dict[str, Any]) -> None:
    run_module("nodana_project", **connection, name=f"named {simulator.key}")
    assert simulator.key not in visible(run_module("nodana_project_info", **connection))
