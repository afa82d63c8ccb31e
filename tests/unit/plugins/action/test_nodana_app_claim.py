# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_app_claim: an app becomes ours with credentials that are stored before they are sent, and only once."""

from __future__ import annotations

import http.client
import json
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible.utils.display import Display
from ansible_collections.nodana.cloud.plugins.action.nodana_app_claim import ActionModule
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import App
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.actions import Own

LNBITS = "lnbits-phoenixd"
HUB = "alby-hub-phoenixd"
BOTH = pytest.mark.parametrize("template", [LNBITS, HUB])
WRITES = {LNBITS: "PUT /api/v1/auth/first_install", HUB: "POST /api/setup"}


@pytest.fixture
def own(tmp_path: Path, simulator: Simulator) -> Own:
    simulator.settings(serve_apps=True, transition_delay=0)
    return Own(ActionModule, tmp_path, simulator)


def visit(app: dict[str, Any], call: str, body: dict[str, str]) -> int:
    """Send a request to an app as another visitor, and return the status."""
    method, _space, path = call.partition(" ")
    connection = http.client.HTTPConnection(urlsplit(app["url"]).netloc, timeout=10)
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status


def take(app: dict[str, Any]) -> None:
    """Claim an app as another visitor."""
    secret = "another secret"
    if app["template"] == HUB:
        assert visit(app, "POST /api/setup", {"unlockPassword": secret}) == 204
        assert visit(app, "POST /api/start", {"unlockPassword": secret}) == 200
    else:
        body = {"username": "stranger", "password": secret, "password_repeat": secret}
        assert visit(app, WRITES[LNBITS], body) == 200


def sent(own: Own, app: dict[str, Any]) -> int:
    """Return the number of requests to claim an app."""
    return sum(call.startswith(WRITES[app["template"]]) for call in own.asked(app))


@BOTH
def test_an_app_is_claimed_once_with_stored_credentials(own: Own, template: str) -> None:
    app = own.create(template)
    result = own.run(app)
    assert (result["changed"], result["done"]) == (True, ["store credentials", "claim"])
    path = Path(result["credentials_file"])
    assert path == own.folder / "secrets" / "claims" / f"{template}-{app['id']}.yml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    content = path.read_bytes()
    assert content.startswith(b"$ANSIBLE_VAULT")
    again = own.run(app)
    assert (again["changed"], again["done"], again["credentials_file"]) == (False, [], str(path))
    assert sent(own, app) == 1
    assert path.read_bytes() == content


@BOTH
def test_no_secret_is_in_any_result(own: Own, template: str) -> None:
    app = own.create(template)
    shown = repr(own.run(app)) + repr(own.run(app))
    secrets = own.claims.of_app(app["id"])["secrets"]
    assert not any(value in shown for name, value in secrets.items() if name != "lnbits_username")


@BOTH
def test_credentials_are_on_disk_before_they_are_sent(own: Own, template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = own.create(template)
    ask = App.request

    def watched(self: App, call: str, *arguments: Any, **more: Any) -> Any:
        if call == WRITES[template]:
            assert own.claims.of_app(app["id"])["secrets"]
        return ask(self, call, *arguments, **more)

    monkeypatch.setattr(App, "request", watched)
    assert own.run(app)["done"] == ["store credentials", "claim"]


@BOTH
def test_a_run_that_broke_off_before_or_after_sending_is_finished_with_the_same_credentials(
    own: Own, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for killed_after in (False, True):
        app = own.create(template)
        ask = App.request

        def killed(
            self: App, call: str, *arguments: Any, ask: Any = ask, after: bool = killed_after, **more: Any
        ) -> Any:
            if call == WRITES[template]:
                if after:
                    ask(self, call, *arguments, **more)
                raise KeyboardInterrupt
            return ask(self, call, *arguments, **more)

        with monkeypatch.context() as patch:
            patch.setattr(App, "request", killed)
            with pytest.raises(KeyboardInterrupt):
                own.run(app)
        credentials = own.claims.of_app(app["id"])["secrets"]
        assert "failed" not in own.run(app)
        assert own.claims.of_app(app["id"])["secrets"] == credentials
        assert own.run(app)["done"] == []


@BOTH
def test_of_two_runs_at_once_both_send_what_the_faster_one_stored(
    own: Own, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own.create(template)
    ask = App.request

    def beside(self: App, call: str, *arguments: Any, **more: Any) -> Any:
        if call.startswith("GET") and not os.path.exists(own.claims.path):
            assert own.run(app, send=False)["done"] == ["store credentials"]
        return ask(self, call, *arguments, **more)

    monkeypatch.setattr(App, "request", beside)
    assert "failed" not in own.run(app)
    assert own.run(app)["done"] == []
    assert sent(own, app) == 1


@BOTH
def test_an_app_of_somebody_else_is_a_failure_in_capital_letters(own: Own, template: str) -> None:
    app = own.create(template)
    take(app)
    result = own.run(app)
    assert result["failed"]
    assert "WAS CLAIMED BY SOMEONE ELSE" in result["msg"]
    assert "ITS OWNER CAN TAKE ITS MONEY" in result["msg"]
    assert result["error"]["name"] == "AlreadyClaimed"
    assert not os.path.exists(own.claims.path)


@BOTH
def test_whoever_is_faster_while_we_send_is_told_apart_from_us(
    own: Own, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own.create(template)
    ask = App.request

    def late(self: App, call: str, *arguments: Any, **more: Any) -> Any:
        if call == WRITES[template]:
            take(app)
        return ask(self, call, *arguments, **more)

    monkeypatch.setattr(App, "request", late)
    result = own.run(app)
    assert "WAS CLAIMED BY SOMEONE ELSE: our credentials are refused" in result["msg"]


@BOTH
def test_without_credentials_a_claimed_app_can_be_accepted(own: Own, template: str) -> None:
    app = own.create(template)
    take(app)
    result = own.run(app, unknown_owner="accept")
    assert (result["changed"], result["done"]) == (False, [])
    assert "its owner is unknown" in result["note"]


def test_a_hub_is_unlocked_after_a_restart(own: Own) -> None:
    app = own.create(HUB)
    own.run(app)
    own.restart(app)
    assert own.run(app, check_mode=True)["done"] == ["unlock"]
    assert own.run(app)["done"] == ["unlock"]
    assert own.run(app)["done"] == []
    own.restart(app)
    assert "is locked, and no credentials" in own.run(app, secrets_dir=None, unknown_owner="accept")["msg"]
    wrong = {"alby_hub_password": "not the password"}
    assert "CLAIMED BY SOMEONE ELSE" in own.run(app, secrets=wrong)["msg"]


@BOTH
def test_check_mode_tells_and_does_nothing(own: Own, template: str) -> None:
    app = own.create(template)
    result = own.run(app, check_mode=True)
    assert (result["changed"], result["done"]) == (True, ["store credentials", "claim"])
    assert sent(own, app) == 0
    assert not os.path.exists(own.claims.path)


@BOTH
def test_credentials_can_be_stored_first_and_sent_from_elsewhere(own: Own, template: str) -> None:
    app = own.create(template)
    assert own.run(app, send=False)["done"] == ["store credentials"]
    assert own.run(app, send=False)["done"] == []
    assert own.asked(app) == []
    given = own.claims.of_app(app["id"])["secrets"]
    result = own.run(app, secrets_dir=None, secrets=given)
    assert (result["done"], "credentials_file" in result) == (["claim"], False)


@BOTH
def test_without_a_place_for_credentials_nothing_is_sent(own: Own, template: str) -> None:
    app = own.create(template)
    assert "there is no folder to store them in" in own.run(app, secrets_dir=None)["msg"]
    own.password = b""
    assert "has no vault password" in own.run(app, secrets_dir="other")["msg"]
    assert sent(own, app) == 0


@BOTH
def test_credentials_are_not_encrypted_with_a_mistyped_password(own: Own, template: str) -> None:
    own.run(own.create(template), send=False)
    for path in own.secrets.files():
        os.unlink(path)
    own.password = b"wrong"
    app = own.create(template, store=False)
    result = own.run(app)
    assert f"The vault password default does not open {own.claims.files()[0]}" in result["msg"]
    assert (sent(own, app), len(own.claims.files())) == (0, 1)


@BOTH
def test_a_folder_of_credentials_that_others_can_write_is_refused(own: Own, template: str) -> None:
    app = own.create(template)
    os.mkdir(own.claims.path)
    os.chmod(own.claims.path, 0o777)
    assert f"Other users can write to secrets_dir {own.claims.path}" in own.run(app)["msg"]
    assert (sent(own, app), os.listdir(own.claims.path)) == (0, [])


def test_an_app_that_does_not_answer_is_told_with_the_reason(own: Own) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], kill=True)
    result = own.run(app, timeout=4)
    assert result["msg"].startswith(f"Timed out after 4 s while claiming {LNBITS} {app['id']}")
    assert "the last response: GET /api/v1/health: the connection was cut off" in result["msg"]
    assert own.clock.slept == 4


def test_a_hub_whose_start_fails_says_why(own: Own) -> None:
    app = own.create(HUB)
    own.run(app)
    own.restart(app)
    own.simulator.change_program(app["id"], startup_error="no connection to phoenixd")
    message = own.run(app, timeout=2)["msg"]
    assert "GET /api/info returned 200, its last start failed: no connection to phoenixd" in message
    assert ", then POST /api/start returned 200" in message


def test_an_app_that_takes_its_time_is_waited_for(own: Own) -> None:
    own.simulator.settings(startup_delay=3600)
    app = own.create(LNBITS)
    own.clock.later(5, lambda: own.restart(app))
    result = own.run(app)
    assert result["done"] == ["store credentials", "claim"]


@pytest.mark.parametrize("template", ["phoenixd", "nutshell", "boltzd"])
def test_apps_that_nobody_can_claim_are_left_alone(own: Own, template: str) -> None:
    app = {"id": "app-1", "template": template, "url": "https://app.example"}
    assert own.run(app) == {"changed": False, "done": []}


@pytest.mark.parametrize("username", ["", "x", "x" * 21])
def test_a_name_that_lnbits_would_refuse_is_refused_before(own: Own, username: str) -> None:
    app = own.create(LNBITS)
    assert "2 to 20 characters" in own.run(app, username=username)["msg"]
    assert own.asked(app) == []


INSTALL = WRITES[LNBITS]


def count(own: Own, app: dict[str, Any], call: str) -> int:
    """Return the number of these requests to the app."""
    return sum(asked.rpartition(" ")[0] == call for asked in own.asked(app))


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the warnings that are shown."""
    found: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_arguments, **_more: found.append(text))
    return found


@pytest.mark.parametrize(("given", "words"), [(None, "requires a first_install_token"), ("wrong-token", "has a wrong")])
def test_a_missing_or_wrong_install_token_fails_at_once_and_is_named(own: Own, given: str | None, words: str) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], first_install_token="right-token")
    result = own.run(app, first_install_token=given)
    assert words in result["msg"]
    assert "Set first_install_token to the install token of this LNbits" in result["msg"]
    assert "-token." not in result["msg"].replace("first_install_token.", "")
    assert (result["error"]["name"], own.clock.slept, sent(own, app)) == ("Invalid", 0, 1)
    credentials = own.claims.of_app(app["id"])["secrets"]
    assert own.run(app, first_install_token="right-token")["done"] == ["claim"]
    assert own.claims.of_app(app["id"])["secrets"] == credentials


def test_an_owned_lnbits_that_is_open_again_is_reported_as_reset_before_it_is_claimed(
    own: Own, warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], first_install_token="first-token")
    assert "note" not in own.run(app, first_install_token="first-token")
    assert warned == []
    own.simulator.change_program(app["id"], first_install_token="second-token")
    preview = own.run(app, check_mode=True)
    assert preview["note"].startswith("IT WAS RESET: it accepted our credentials before")
    assert (preview["done"], len(warned), sent(own, app)) == (["claim"], 1, 1)
    warned_before: list[int] = []
    ask = App.request

    def watched(self: App, call: str, *arguments: Any, **more: Any) -> Any:
        if call == INSTALL:
            warned_before.append(len(warned))
        return ask(self, call, *arguments, **more)

    monkeypatch.setattr(App, "request", watched)
    result = own.run(app, first_install_token="second-token")
    assert warned_before == [2]
    assert f"{app['id']} at {app['url']}: IT WAS RESET" in warned[-1]
    assert result["note"].startswith("IT WAS RESET")
    assert "LNbits does not accept the username admin or its password" in result["msg"]
    assert "set username to another name" in result["msg"]
    assert (own.clock.naps, sent(own, app)) == ([1], 2)  # the pause is that of the first claim
    os.unlink(result["credentials_file"])
    again = own.run(app, first_install_token="second-token", username="another")
    assert again["done"] == ["store credentials", "claim"]
    assert "note" not in own.run(app)


@BOTH
def test_credentials_that_were_never_sent_are_no_sign_of_a_reset(own: Own, template: str, warned: list[str]) -> None:
    app = own.create(template)
    own.run(app, send=False)
    result = own.run(app, secrets=own.claims.of_app(app["id"])["secrets"])
    assert (result["done"], "note" in result, warned) == (["claim"], False, [])
    assert own.claims.files() == [result["credentials_file"]]
    mark = mark_of(own, app)
    assert (mark.read_bytes(), stat.S_IMODE(mark.stat().st_mode)) == (b"", 0o600)


@BOTH
def test_an_app_whose_data_was_lost_is_reported_as_reset_and_claimed_with_the_same_credentials(
    own: Own, template: str, warned: list[str]
) -> None:
    app, old = own.create(template), own.create(template)
    own.run(old)
    secrets = own.claims.of_app(old["id"])["secrets"]
    result = own.run(app, secrets=secrets)
    assert (result["done"], result["note"][:34]) == (["claim"], "IT WAS RESET, or was never claimed")
    assert len(warned) == 1
    assert own.run(app, secrets=secrets)["done"] == []


def test_a_stranger_who_claims_after_a_reset_is_told_apart_although_our_user_can_log_in(own: Own) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], first_install_token="first-token")
    own.run(app, first_install_token="first-token")
    own.simulator.change_program(app["id"], first_install_token="second-token")
    body = {"username": "stranger", "password": "another secret", "password_repeat": "another secret"}
    assert visit(app, INSTALL, {**body, "first_install_token": "second-token"}) == 200
    result = own.run(app)
    assert result["error"]["name"] == "AlreadyClaimed"
    assert "our user can log in, but is not its administrator" in result["msg"]


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 60), ("300", 300)])
def test_an_lnbits_that_refuses_logins_for_now_cannot_be_verified(
    own: Own, retry_after: str | None, pause: int
) -> None:
    app = own.create(LNBITS)
    own.run(app)
    own.clock.naps.clear()
    own.simulator.change_program(app["id"], blocked=True, retry_after=retry_after)
    before = count(own, app, "POST /api/v1/auth")
    result = own.run(app, timeout=pause - 1)
    assert result["error"]["name"] == "CannotVerify"
    assert "cannot be verified now, because it refuses all logins for a while" in result["msg"]
    assert f"Run this task again in {pause} s or later" in result["msg"]
    assert "CLAIMED BY SOMEONE ELSE" not in result["msg"]
    assert (own.clock.naps, count(own, app, "POST /api/v1/auth")) == ([], before + 1)
    own.clock.later(pause, lambda: own.simulator.change_program(app["id"], blocked=False))
    assert own.run(app, timeout=pause + 1)["done"] == []
    assert (own.clock.naps, count(own, app, "POST /api/v1/auth")) == ([pause], before + 3)


def mark_of(own: Own, app: dict[str, Any]) -> Path:
    """Return the path of the mark that the app has accepted our credentials."""
    return Path(own.claims.path, f".{app['template']}-{app['id']}.claimed")


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("stored", [False, True])
def test_an_lnbits_that_refuses_all_logins_is_not_ours_without_an_earlier_claim(
    own: Own, stored: bool, check_mode: bool
) -> None:
    app = own.create(LNBITS)
    take(app)
    own.simulator.change_program(app["id"], replies={"POST /api/v1/auth": [403, "no"]})
    ours = {"lnbits_username": "admin", "lnbits_password": "a long password"}
    if stored:
        own.run(app, send=False)
    result = own.run(app, secrets={} if stored else ours, check_mode=check_mode)
    assert result["error"]["name"] == "CannotVerify"
    assert "POST /api/v1/auth returned 403: no. Whether it is ours is unknown" in result["msg"]
    assert (result["done"], own.clock.slept, mark_of(own, app).exists()) == ([], 0, False)


def test_an_lnbits_of_ours_that_refuses_all_logins_gets_a_note(own: Own) -> None:
    app = own.create(LNBITS)
    own.run(app)
    own.simulator.change_program(app["id"], replies={"POST /api/v1/auth": [403, "no"]})
    result = own.run(app)
    assert ("failed" in result, result["changed"]) == (False, False)
    assert result["note"].startswith("it does not accept logins with a password, or a proxy refuses them: POST ")


@pytest.mark.parametrize("call", ["POST /api/v1/auth", "GET /api/v1/status"])
def test_what_is_refused_after_our_own_claim_is_a_note_of_this_run_and_the_next(own: Own, call: str) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], replies={call: [403, "no"]})
    for done in (["store credentials", "claim"], []):
        result = own.run(app)
        assert ("failed" in result, result["done"]) == (False, done)
        assert f"{call} returned 403: no. Whether it is ours is unknown" in result["note"]


def test_an_answer_without_a_session_does_not_prove_our_claim(own: Own) -> None:
    app = own.create(LNBITS)
    replies = {INSTALL: [200, "<html>"]}
    own.simulator.change_program(app["id"], replies=replies)
    assert own.run(app, timeout=2)["error"]["name"] == "WaitTimeout"
    assert not mark_of(own, app).exists()


@pytest.mark.parametrize(("status", "proved"), [(401, False), (403, False), (404, True)])
def test_a_login_alone_does_not_prove_the_owner_unless_there_is_no_status(own: Own, status: int, proved: bool) -> None:
    app = own.create(LNBITS)
    take(app)
    ours = {"lnbits_username": "stranger", "lnbits_password": "another secret"}
    own.simulator.change_program(app["id"], replies={"GET /api/v1/status": [status, "no"]})
    result = own.run(app, secrets=ours)
    assert ("failed" in result, own.clock.slept) == (not proved, 0)
    if not proved:
        assert result["error"]["name"] == "CannotVerify"
        assert "it is unknown whether it is its administrator: GET /api/v1/status returned" in result["msg"]


def test_a_claim_that_is_accepted_is_remembered_although_the_app_fails_afterwards(own: Own) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], replies={"POST /api/v1/auth": [503, "no"]})
    assert own.run(app, timeout=2)["error"]["name"] == "WaitTimeout"
    assert mark_of(own, app).exists()


def test_a_login_without_a_token_does_not_prove_that_an_lnbits_is_ours(own: Own) -> None:
    app = own.create(LNBITS)
    take(app)
    own.run(app, send=False)
    own.simulator.change_program(app["id"], replies={"POST /api/v1/auth": [200, "<html>"]})
    assert own.run(app)["error"]["name"] == "WaitTimeout"
    assert not mark_of(own, app).exists()


def test_a_hub_that_runs_is_claimed_despite_the_error_of_an_earlier_start(own: Own) -> None:
    app = own.create(HUB)
    own.run(app)
    own.simulator.change_program(app["id"], startup_error="app already started")
    result = own.run(app)
    assert ("failed" in result, result["done"]) == (False, [])


@pytest.mark.parametrize("ours", [True, False])
def test_a_hub_that_was_moved_away_is_never_started_or_unlocked(own: Own, ours: bool) -> None:
    app = own.create(HUB)
    if ours:
        own.run(app)
    else:
        take(app)
    own.restart(app)
    own.simulator.change_program(app["id"], moved=True)
    asked, slept = len(own.asked(app)), own.clock.slept
    for more in ({}, {"unknown_owner": "accept"}, {"check_mode": True}):
        result = own.run(app, **more)
        assert "IT WAS MOVED AWAY, so it was not started, unlocked or claimed" in result["msg"]
        assert "CLAIMED BY SOMEONE ELSE" not in result["msg"]
        assert (result["error"]["name"], result["changed"]) == ("MovedAway", False)
    assert own.asked(app)[asked:] == ["GET /api/info 200"] * 3
    assert own.clock.slept == slept


@pytest.mark.parametrize("status", [400, 401, 403, 404])
@pytest.mark.parametrize(
    ("template", "call"),
    [(LNBITS, INSTALL), (HUB, "POST /api/setup"), (HUB, "POST /api/start")],
)
def test_a_claim_that_is_refused_for_good_is_not_repeated(own: Own, template: str, call: str, status: int) -> None:
    app = own.create(template)
    own.simulator.change_program(app["id"], replies={call: [status, "no"]})
    result = own.run(app)
    assert f"{call} returned {status}: no" in result["msg"]
    assert count(own, app, call) == 1
    assert own.clock.slept <= 1


@BOTH
@pytest.mark.parametrize("status", [400, 403])
def test_an_app_that_refuses_to_show_its_state_is_polled_once(own: Own, template: str, status: int) -> None:
    app = own.create(template)
    call = {LNBITS: "GET /api/v1/health", HUB: "GET /api/info"}[template]
    own.simulator.change_program(app["id"], replies={call: [status, "no"]})
    assert f"{call} returned {status}: no" in own.run(app)["msg"]
    assert (own.asked(app), own.clock.slept) == ([f"{call} {status}"], 0)


@BOTH
def test_a_claim_waits_as_long_as_the_app_asks(own: Own, template: str) -> None:
    app = own.create(template)
    own.simulator.change_program(app["id"], replies={WRITES[template]: [429, "", {"Retry-After": "40"}]})
    own.clock.later(40, lambda: own.simulator.change_program(app["id"], replies={}))
    assert own.run(app)["done"] == ["store credentials", "claim"]
    assert own.clock.naps[0] == 40
    assert sent(own, app) == 2


def test_an_app_that_does_not_answer_is_polled_less_and_less(own: Own) -> None:
    app = own.create(LNBITS)
    own.simulator.change_program(app["id"], replies={"GET /api/v1/health": [502, ""]})
    assert "Timed out after 120 s" in own.run(app)["msg"]
    assert len(own.asked(app)) == 20
    assert own.clock.slept == 120


def test_an_error_that_repeats_a_password_does_not_show_it(own: Own) -> None:
    app, password = own.create(LNBITS), "a password that LNbits finds too long"
    own.simulator.change_program(app["id"], replies={INSTALL: [400, {"detail": [{"input": password}]}]})
    result = own.run(app, secrets={"lnbits_username": "admin", "lnbits_password": password})
    assert "returned 400" in result["msg"]
    assert password not in repr(result)
