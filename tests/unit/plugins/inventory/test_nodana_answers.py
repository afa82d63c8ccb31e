# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api, one_project
from ansible_collections.nodana.cloud.tests.support.controller import Inventory

FIELDS = ("url", "template", "status", "rate", "createdAt", "updatedAt")


def hostile_texts(trace):
    """Return texts that create the file ``trace`` if any code evaluates them as a template or as code."""
    touch = f"lookup('pipe', 'touch {trace}')"
    return [
        f"{{{{ {touch} }}}}",
        f"{{% set x = {touch} %}}{{{{ x }}}}",
        f"#jinja2:variable_start_string:'[[', variable_end_string:']]'\n[[ {touch} ]]",
        f"a \"b\" 'c'\n- d: $(touch {trace}) `touch {trace}` é\u2028\0 !vault !unsafe {{",
        f"!unsafe é {'z' * 10_000}",
        f"{{{{ {touch} }}}} {'é' * 10_000}",
        "\x1b[31m \x7f \u202e \U0001f525 %s %(a)s ${a} \\",
    ]


def unwrapped(value):
    return value["__ansible_unsafe"] if isinstance(value, dict) else value


@pytest.fixture
def account(tmp_path):
    """Return the responses of an account with one project and one app for each hostile text, in all fields."""
    texts = hostile_texts(tmp_path / "trace")
    answers = {"/projects": {"data": [{"id": f"prj-{n}", "name": text} for n, text in enumerate(texts)]}}
    for n, text in enumerate(texts):
        answers[f"/projects/prj-{n}/apps"] = {"data": [{"id": f"{n} {text}", **dict.fromkeys(FIELDS, text)}]}
    return answers


def expected(texts):
    return sorted(
        [
            {
                "nodana_app_id": f"{n} {text}",
                "nodana_project_id": f"prj-{n}",
                "nodana_project_name": text,
                "nodana_url": text,
                "nodana_template": text,
                "nodana_status": text,
                "nodana_rate": text,
                "nodana_created_at": text,
                "nodana_updated_at": text,
                "nodana_scheme": None,
                "nodana_host": None,
                "nodana_port": None,
            }
            for n, text in enumerate(texts)
        ],
        key=lambda variables: variables["nodana_app_id"],
    )


def test_hostile_texts_stay_what_they_are_and_do_nothing(account, tmp_path):
    texts = hostile_texts(tmp_path / "trace")
    with canned_api(account) as url:
        ansible = Inventory(tmp_path / "ansible", url, KEY)
        ansible.write(
            strict=True,
            compose={"joined": "nodana_project_name ~ nodana_status"},
            keyed_groups=[{"key": "nodana_template", "prefix": "keyed"}],
        )
        listed = json.loads(ansible.list().stdout)["_meta"]["hostvars"]
        wanted = "hostvars[inventory_hostname] | dict2items | selectattr('key', 'match', 'nodana_|joined')"
        played = ansible.play(
            {"ansible.builtin.debug": {"var": "nodana_project_name"}},
            {"ansible.builtin.debug": {"msg": "{{ nodana_url }} {{ group_names }} {{ inventory_hostname }}"}},
            {
                "ansible.builtin.copy": {
                    "content": f"{{{{ {wanted} | items2dict | to_json }}}}",
                    "dest": f"{ansible.folder}/{{{{ inventory_hostname }}}}.json",
                }
            },
        )
    assert played.returncode == 0, played.stdout + played.stderr
    assert not (tmp_path / "trace").exists()
    seen_by_inventory = [
        {key: unwrapped(value) for key, value in host.items() if key.startswith("nodana_")} for host in listed.values()
    ]
    assert sorted(seen_by_inventory, key=lambda variables: variables["nodana_app_id"]) == expected(texts)
    seen_by_tasks = [json.loads(path.read_text(encoding="utf-8")) for path in ansible.folder.glob("app-*.json")]
    assert [host.pop("joined") for host in sorted(seen_by_tasks, key=lambda v: v["nodana_app_id"])] == [
        text + text for text in texts
    ]
    assert sorted(seen_by_tasks, key=lambda variables: variables["nodana_app_id"]) == expected(texts)


def test_only_what_could_be_a_template_is_wrapped(tmp_path):
    name = "Läden (EU) [1] \"a\" 'b' # 50%\n$HOME | c"
    app = {"id": "app-1", "url": "https://a.example", "template": "phoenixd", "status": "50% {"}
    with canned_api(one_project(app, name=name)) as url:
        variables = Inventory(tmp_path, url, KEY).hosts()["a.example"]
    assert variables["nodana_project_name"] == name
    assert variables["nodana_status"] == {"__ansible_unsafe": "50% {"}


def test_apps_without_a_host_of_their_own_are_kept_with_a_warning(tmp_path):
    urls = {"app-1": "https://a.example", "app-2": "https://a.example:81", "app-3": None, "app-4": "https://b.example"}
    answers = one_project(*({"id": app_id, "url": url} for app_id, url in urls.items()))
    with canned_api(answers) as url:
        result = Inventory(tmp_path, url, KEY).list()
    assert result.returncode == 0
    hosts = json.loads(result.stdout)["_meta"]["hostvars"]
    assert {name: variables["nodana_app_id"] for name, variables in hosts.items()} == {
        "a.example-app-1": "app-1",
        "a.example-app-2": "app-2",
        "app-3": "app-3",
        "b.example": "app-4",
    }
    warnings = " ".join(result.stderr.split())
    assert "have no unique name, so their ids are appended: 'app-1': a.example-app-1, 'app-2': a.example" in warnings
    assert "have no usable URL and are named by their ids: 'app-3': app-3." in warnings
    assert "app-4" not in warnings


def test_a_project_that_goes_while_it_is_read_is_left_out_with_a_warning(tmp_path):
    answers = {
        "/projects": {"data": [{"id": "prj-1", "name": "gone"}, {"id": "prj-2", "name": "shop"}]},
        "/projects/prj-1/apps": {"error": "NotFoundError", "message": "Project not found", "statusCode": 404},
        "/projects/prj-2/apps": {"data": [{"id": "app-1", "url": "https://a.example"}]},
    }
    with canned_api(answers) as url:
        result = Inventory(tmp_path, url, KEY).list()
    assert list(json.loads(result.stdout)["_meta"]["hostvars"]) == ["a.example"]
    assert "The project prj-1 was deleted while the inventory was read." in " ".join(result.stderr.split())
