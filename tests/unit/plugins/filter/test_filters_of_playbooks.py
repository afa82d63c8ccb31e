# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.filter import installed_collections
from ansible_collections.nodana.cloud.plugins.filter import text_table as plugin
from ansible_collections.nodana.cloud.tests.support.accounts import TROUBLE, app, health, hostile, report

NAMES = ("installed_collections", "select_nodes", "status_report", "teardown_report", "text_table", "upgrade_plan")
TEMPLATE = "{{ 6 * 7 }}"
try:
    from ansible.template import trust_as_template
except ImportError:
    trust_as_template = None


@pytest.mark.parametrize("name", NAMES)
def test_each_file_has_the_filter_of_its_name_and_its_documentation(name):
    module = importlib.import_module(f"ansible_collections.nodana.cloud.plugins.filter.{name}")
    (found,) = module.FilterModule().filters()
    documentation = yaml.safe_load(module.DOCUMENTATION)
    assert found == name == documentation["name"]
    assert documentation["description"][0].startswith("Internal to the playbook")


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([1], {"a": "b"}, "must be a list of dictionaries"),
        ("text", {"a": "b"}, "must be a list of dictionaries"),
        ([{}], {}, "must be a dictionary, and not empty"),
        ([{}], ["a"], "must be a dictionary, and not empty"),
    ],
)
def test_a_table_of_something_else_is_refused(rows, columns, said):
    with pytest.raises(AnsibleFilterError, match=said):
        plugin.text_table(rows, columns)


@pytest.mark.skipif(trust_as_template is not None, reason="this ansible-core takes no untrusted text for a template")
def test_text_of_the_api_is_marked_as_no_template():
    filters = {name: importlib.import_module(f"{plugin.__package__}.{name}").FilterModule().filters() for name in NAMES}
    told = hostile(TEMPLATE)
    for line in plugin.text_table(told["apps"], {"app": "id"})[2:]:
        assert getattr(line, "__UNSAFE__", False) == ("{" in line)
    assert filters["upgrade_plan"]["upgrade_plan"](told)["unverified"][0].__UNSAFE__


@pytest.mark.parametrize(
    ("account", "check", "warnings"), [(TROUBLE, True, 1), (TROUBLE, False, 0), (([], []), True, 0)]
)
def test_a_plan_for_check_mode_warns_once_however_many_services_there_are(monkeypatch, account, check, warnings):
    module = importlib.import_module("ansible_collections.nodana.cloud.plugins.filter.upgrade_plan")
    said: list[str] = []
    monkeypatch.setattr(module.Display(), "warning", said.append)
    module.FilterModule().filters()["upgrade_plan"](report(account), check=check)
    assert sum("In check mode" in text for text in said) == warnings


@pytest.mark.parametrize("check", [True, False])
def test_a_plan_warns_about_an_update_that_needs_a_manual_step(monkeypatch, check):
    module = importlib.import_module("ansible_collections.nodana.cloud.plugins.filter.upgrade_plan")
    said: list[str] = []
    monkeypatch.setattr(module.Display(), "warning", said.append)
    account = ([app(1, "cdk-mintd")], [health(1, "healthy", "it is healthy")])
    plan = module.FilterModule().filters()["upgrade_plan"](report(account), check=check)
    assert said[:1] == plan["warnings"]


def test_a_report_goes_through_a_filter_as_it_is():
    apps, healths = TROUBLE
    module = importlib.import_module("ansible_collections.nodana.cloud.plugins.filter.status_report")
    projects = [{"id": "prj-1", "name": "shop"}]
    made = module.FilterModule().filters()["status_report"](apps, projects, healths, "2026-11-23T20:25:48Z")
    assert [app["id"] for app in made["apps"]] == [app["id"] for app in report(TROUBLE)["apps"]]
    assert made["summary"]["problems"] == report(TROUBLE)["summary"]["problems"]


def test_collections_that_are_not_installed_are_left_out():
    installed = installed_collections.installed_collections
    assert installed(["nosuch.collection", "nodana.cloud", "nodana.nosuch"]) == ["nodana.cloud"]


@pytest.mark.parametrize("names", ["nodana.cloud", ["nodana"], ["nodana.cloud.plugins"], [None]])
def test_what_is_not_a_list_of_collections_is_refused(names):
    with pytest.raises(AnsibleFilterError, match="must be a list of names of collections, such as awx.awx"):
        installed_collections.installed_collections(names)
