# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.file_format import from_yaml
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault, is_encrypted
from ansible_collections.nodana.cloud.tests.unit.plugins.action.staged import (
    PENDING,
    SEED,
    UNREACHABLE,
    app,
    created,
    handed,
    secrets_of,
)

READY = {"changed": False, "app": app(status="available", url="https://a.example:9740")}


def in_the_way(staged, app_id="app-1"):
    """Put something else where the secrets of the app belong, as soon as the module runs."""
    staged.during = lambda: (staged.secrets / f"phoenixd-{app_id}.yml").write_text("mine", encoding="utf-8")


@pytest.mark.parametrize("name", ["_settled", "_owner"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_task_cannot_set_the_options_of_the_protocol(staged, name, check_mode):
    given = {name: {"receipts": ["/state/app-1.receipt"], "pending": []}}
    result = staged.run(secrets_dir="secrets", check_mode=check_mode, **given)
    assert result["failed"]
    assert result["msg"] == f"Unsupported parameters for (nodana.cloud.nodana_app) module: {name}."
    assert staged.calls == []


def test_the_secrets_are_stored_before_the_wait(staged):
    path = staged.secrets / "phoenixd-app-1.yml"
    stored = []
    staged.during = lambda: stored.append(path.exists())
    staged.results = [created(), READY]
    result = staged.run(secrets_dir="secrets", wait_timeout=7, params={"auto_liquidity": "2m"})
    assert stored == [False, True]
    assert "_settled" not in staged.calls[0]
    assert list(staged.calls[0]["_owner"]) == ["lease"]
    assert staged.calls[1] == {
        "template": "phoenixd",
        "wait_timeout": 7,
        "_settled": {"receipts": ["/state/app-1.receipt"], "pending": [PENDING.to_json()]},
    }
    assert result == {
        "changed": True,
        "created": True,
        "app": READY["app"],
        "secrets_file": str(path),
        "secret_fields": ["password", "seed"],
        "secrets_checksum": result["secrets_checksum"],
    }
    assert len(result["secrets_checksum"]) == 64


def test_secrets_stay_byte_exact_whatever_they_are(staged):
    secrets = {"seed": " a\n{{ 6 * 7 }} ü\u2028🔑\t", "nested": {"list": ["x", 1, None, 1.5, True]}, "none": None}
    staged.results = [created(secrets_of(secrets=secrets)), READY]
    staged.run(secrets_dir="secrets", secrets_encryption="none")
    assert from_yaml((staged.secrets / "phoenixd-app-1.yml").read_bytes())["secrets"] == secrets


def test_several_apps_are_told_by_their_ids(staged):
    first = created(secrets_of("app-2"), secrets_of("app-3"), apps=[app("app-1"), app("app-2"), app("app-3")])
    del first["app"]
    first["diff"] = {"before": {"apps": [app("app-1")]}, "after": {"apps": list(first["apps"])}}
    staged.results = [first, {"apps": [app("app-3", status="available"), app("app-2", status="available")]}]
    staged.secrets.mkdir(mode=0o700)
    (staged.secrets / "phoenixd-app-1.yml").touch()
    result = staged.run(secrets_dir="secrets", count=3, project="shop")
    assert result["secrets_files"] == {
        app_id: str(staged.secrets / f"phoenixd-{app_id}.yml") for app_id in ("app-1", "app-2", "app-3")
    }
    assert result["secret_fields"] == {"app-2": ["password", "seed"], "app-3": ["password", "seed"]}
    assert set(result["secrets_checksum"]) == {"app-2", "app-3"}
    assert [a["status"] for a in result["apps"]] == [None, "available", "available"]
    assert result["diff"]["after"]["apps"] == result["apps"]
    assert "secrets_file" not in result


def test_an_app_that_was_starting_by_itself_is_no_difference(staged):
    starting, ready = app("app-1", status="starting"), app("app-1", status="available")
    handover = handed(secrets_of("app-2"))
    many: dict[str, Any] = {"changed": True, "apps": [starting, app("app-2")], "nodana_handover": handover}
    many["diff"] = {"before": {"apps": [starting]}, "after": {"apps": list(many["apps"])}}
    one = {
        "changed": False,
        "app": starting,
        "nodana_handover": handover,
        "diff": dict.fromkeys(("before", "after"), starting),
    }
    seen = {"apps": [ready, app("app-2", status="available")]}
    staged.results = [many, seen, one, seen]
    result = staged.run(secrets_dir="secrets", apps=[])
    assert result["diff"] == {"before": {"apps": [ready]}, "after": {"apps": seen["apps"]}}
    assert staged.run(secrets_dir="secrets")["diff"] == {"before": ready, "after": ready}


def test_an_app_that_was_there_is_told_with_its_file_or_without(staged):
    there = {"changed": False, "created": False, "app": app()}
    staged.results = [dict(there), dict(there)]
    assert staged.run(secrets_dir="secrets") == there
    (staged.secrets / "phoenixd-app-1.yml").touch()
    assert staged.run(secrets_dir="secrets") == {**there, "secrets_file": str(staged.secrets / "phoenixd-app-1.yml")}
    assert len(staged.calls) == 2


def test_what_a_killed_run_left_is_stored_and_told(staged):
    there = {"changed": False, "created": False, "app": app("app-9")}
    handover = handed(secrets_of(this_run=False))
    staged.results = [{**there, "nodana_handover": handover}, {"changed": False}]
    result = staged.run(secrets_dir="secrets")
    path = staged.secrets / "phoenixd-app-1.yml"
    assert is_encrypted(path.read_bytes())
    assert result == there
    assert staged.calls[1]["_settled"] == {"receipts": ["/state/app-1.receipt"], "pending": []}
    (warning,) = staged.warnings
    assert "app-1" in warning
    assert str(path) in warning


def test_secrets_that_cannot_be_stored_fail_the_task_and_stay_in_the_receipt(staged):
    in_the_way(staged)
    staged.results = [created()]
    result = staged.run(secrets_dir="secrets")
    assert result["failed"]
    assert result["changed"]
    assert result["app"]["id"] == "app-1"
    assert "phoenixd-app-1.yml" in result["msg"]
    assert "/state/app-1.receipt on localhost" in result["msg"]
    assert result["error"]["message"]
    assert SEED not in str(result)
    assert len(staged.calls) == 1
    assert (staged.secrets / "phoenixd-app-1.yml").read_text(encoding="utf-8") == "mine"


def test_a_defect_while_storing_names_the_app_and_the_receipt_too(staged, monkeypatch):
    def broken(*_arguments):
        raise RecursionError(SEED)

    monkeypatch.setattr(SecretsFolder, "store", broken)
    staged.results = [created()]
    result = staged.run(secrets_dir="secrets")
    assert "app-1 (phoenixd) was created" in result["msg"]
    assert "defect, RecursionError" in result["msg"]
    assert "/state/app-1.receipt on localhost" in result["msg"]
    assert SEED not in str(result)
    assert len(staged.calls) == 1


@pytest.mark.parametrize("many", [False, True])
def test_only_where_there_is_no_receipt_either_the_failure_carries_the_secrets(staged, monkeypatch, many):
    masked = []
    monkeypatch.setattr(masking, "mask", lambda *secrets: masked.append(secrets))
    in_the_way(staged)
    first = created(secrets_of(on_disk=False))
    if many:
        first["apps"] = [first.pop("app")]
    staged.results = [first]
    result = staged.run(secrets_dir="secrets")
    secrets = secrets_of().secrets
    assert result["secrets"] == ({"app-1": secrets} if many else secrets)
    assert "under secrets" in result["msg"]
    assert masked == [], "masked output would hide the only copy"


def test_one_that_cannot_be_stored_does_not_keep_the_others_from_it(staged):
    in_the_way(staged, "app-2")
    first = created(
        secrets_of("app-1"), secrets_of("app-2"), secrets_of("app-3"), apps=[app(f"app-{n}") for n in (1, 2, 3)]
    )
    del first["app"]
    staged.results = [first, {"changed": False}]
    result = staged.run(secrets_dir="secrets", count=3, project="shop")
    assert result["failed"]
    assert "/state/app-2.receipt" in result["msg"]
    assert set(result["secret_fields"]) == {"app-1", "app-3"}
    settled = {"receipts": ["/state/app-1.receipt", "/state/app-3.receipt"], "pending": []}
    assert staged.calls[1]["_settled"] == settled


def test_a_failure_after_a_creation_keeps_its_words_and_says_where_the_secrets_are(staged):
    staged.results = [created(failed=True, msg="The second one failed.", error={"code": 500}), {"changed": False}]
    result = staged.run(secrets_dir="secrets")
    assert result["msg"] == "The second one failed."
    assert result["error"] == {"code": 500}
    assert result["secrets_file"] == str(staged.secrets / "phoenixd-app-1.yml")
    assert staged.calls[1]["_settled"]["pending"] == []


@pytest.mark.parametrize(
    "trouble", [{"failed": True, "msg": "It did not come up.", "error": {"name": "WaitTimeout"}}, UNREACHABLE]
)
def test_a_wait_in_vain_says_where_the_secrets_are(staged, trouble):
    staged.results = [created(), trouble]
    result = staged.run(secrets_dir="secrets")
    assert result["failed"]
    assert result["changed"]
    assert result["app"]["id"] == "app-1"
    assert result["msg"].endswith(f"The secrets are stored in {staged.secrets}/phoenixd-app-1.yml.")


def test_warnings_of_both_halves_are_told_once(staged):
    staged.results = [created(warnings=["one"]), {**READY, "warnings": ["one", "two"]}]
    assert staged.run(secrets_dir="secrets")["warnings"] == ["one", "two"]


def test_a_list_of_warnings_that_both_halves_share_stays_what_it_is(staged):
    shared = ["one", "two"]
    staged.results = [created(warnings=shared), {**READY, "warnings": shared}]
    assert staged.run(secrets_dir="secrets")["warnings"] == ["one", "two"]


def test_a_receipt_that_stays_is_a_warning_when_all_is_well_otherwise(staged):
    staged.results = [created(pending=()), UNREACHABLE]
    result = staged.run(secrets_dir="secrets", wait=False)
    assert not result.get("failed")
    assert "/state/app-1.receipt" in staged.warnings[0]


def test_returned_secrets_are_safe_once_the_task_is_well(staged):
    staged.results = [created(pending=()), {}]
    result = staged.run(return_secrets=True)
    assert result["secrets"] == secrets_of().secrets
    assert staged.calls[1]["_settled"] == {"receipts": ["/state/app-1.receipt"], "pending": []}
    assert "secrets_file" not in result


def test_returned_secrets_of_a_failure_stay_in_the_receipt_too(staged):
    staged.results = [created(failed=True, msg="It did not come up.")]
    result = staged.run(return_secrets=True)
    assert len(staged.calls) == 1
    assert result["secrets"] == secrets_of().secrets
    assert "/state/app-1.receipt" in result["msg"]


def test_both_places_can_be_wanted(staged):
    staged.results = [created(), READY]
    result = staged.run(secrets_dir="secrets", return_secrets=True)
    assert result["secrets"] == secrets_of().secrets
    assert os.path.exists(result["secrets_file"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"secrets_encryption": "rot13"}, "value of secrets_encryption must be one of: vault, none"),
        ({"secrets_vault_id": "bank"}, "There is no vault password bank, only default"),
        ({"return_secrets": "perhaps"}, "return_secrets"),
    ],
)
def test_wrong_options_fail_before_the_module_runs(staged, arguments, said):
    result = staged.run(secrets_dir="secrets", **arguments)
    assert result["failed"]
    assert said in result["msg"]
    assert staged.calls == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_no_vault_password_fails_before_the_module_runs(staged, check_mode):
    staged.password = b""
    result = staged.run(secrets_dir="secrets", check_mode=check_mode)
    assert result["failed"]
    assert "no vault password" in result["msg"]
    assert staged.calls == []
    assert not staged.secrets.exists()


@pytest.mark.parametrize(
    "arguments",
    [{"state": "absent"}, {"state": "stopped"}, {"id": "app-1"}, {"apps": []}, {"apps": [{"state": "stopped"}]}],
)
def test_what_creates_nothing_needs_no_vault_password(staged, arguments):
    staged.password = b""
    staged.results = [{"changed": True, "app": app()}]
    assert staged.run(secrets_dir="secrets", **arguments) == {"changed": True, "app": app()}
    assert "secrets_dir" not in staged.calls[0]


@pytest.mark.parametrize(
    "apps", [[{"state": "stopped"}, {}], [{"state": "started"}], "template=phoenixd", ["phoenixd"]]
)
def test_a_stack_that_may_create_an_app_needs_one(staged, apps):
    staged.password = b""
    assert "no vault password" in staged.run(secrets_dir="secrets", apps=apps)["msg"]
    assert staged.calls == []


def test_check_mode_stores_nothing_and_ends_nothing(staged):
    staged.results = [created()]
    result = staged.run(secrets_dir="secrets", check_mode=True)
    assert not staged.secrets.exists()
    assert len(staged.calls) == 1
    assert "nodana_handover" not in result
    assert SEED not in str(result)


def test_output_of_a_module_that_broke_off_is_not_shown(staged):
    broken = json.dumps({"changed": True, "nodana_handover": handed(secrets_of())})[:200]
    staged.results = [{"failed": True, "msg": "MODULE FAILURE", "module_stdout": broken, "module_stderr": ""}]
    result = staged.run(secrets_dir="secrets")
    assert broken[40:] not in str(result)
    assert "receipt" in result["module_stdout"]


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_result_that_ansible_cannot_read_still_hands_over(staged, on_disk):
    output = json.dumps(
        {"changed": True, "nodana_handover": handed(secrets_of(on_disk=on_disk), pending=(PENDING,)), "app": {}}
    )
    broken = {"failed": True, "msg": "MODULE FAILURE", "module_stdout": f"{output} and more"}
    staged.results = [broken, {"changed": False}]
    result = staged.run(secrets_dir="secrets")
    assert result["msg"] == "MODULE FAILURE"
    assert from_yaml(Vault(staged.loader()).decrypt(Path(result["secrets_file"]).read_bytes()))["app_id"] == "app-1"
    assert staged.calls[1]["_settled"] == {"receipts": ["/state/app-1.receipt"], "pending": []}
    assert (output in result["module_stdout"]) is not on_disk


@pytest.mark.parametrize("options", [{"secrets_dir": "secrets"}, {"return_secrets": True}])
@pytest.mark.parametrize("harm", [lambda text: text.replace(text[40], "********"), lambda text: text[:-1], lambda _: 1])
def test_a_handover_that_was_changed_on_its_way_removes_nothing_and_says_where_the_secrets_are(staged, options, harm):
    first = created()
    first["nodana_handover"]["sealed"] = harm(first["nodana_handover"]["sealed"])
    staged.results = [first]
    result = staged.run(**options)
    assert result["failed"]
    assert result["changed"]
    assert "app-1 (phoenixd)" in result["msg"]
    assert "/state/app-1.receipt" in result["msg"]
    assert "secrets" not in result
    assert len(staged.calls) == 1, "no receipt may be removed"
    assert list(staged.secrets.glob("*")) == []


@pytest.mark.parametrize(("no_log", "made", "warned"), [(True, True, 0), (False, True, 1), (False, False, 0)])
@pytest.mark.parametrize("check_mode", [False, True])
def test_secrets_that_are_or_would_be_printed_are_a_warning(staged, no_log, made, warned, check_mode):
    predicted = {"changed": made, "created": made, "app": app()}
    staged.results = [created(pending=()), {}] if made and not check_mode else [predicted]
    staged.run(return_secrets=True, no_log=no_log, check_mode=check_mode)
    assert len(staged.warnings) == warned
    assert all("no_log: true" in warning for warning in staged.warnings)


def test_the_controller_needs_no_client_to_put_secrets_away():
    storing = "ansible_collections.nodana.cloud.plugins.plugin_utils._action.store_secrets"
    code = f"import sys; sys.path[:] = {sys.path!r}; import {storing}; print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
