# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.support.controller import ROOT


def host_of(app):
    return urlsplit(app["url"]).hostname


def expected_variables(account):
    names = {project["id"]: project["name"] for project in account["projects"]}
    return {
        host_of(app): {
            "ansible_connection": "local",
            "ansible_host": host_of(app),
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "nodana_app_id": app["id"],
            "nodana_created_at": app["createdAt"],
            "nodana_host": host_of(app),
            "nodana_port": urlsplit(app["url"]).port,
            "nodana_project_id": app["projectId"],
            "nodana_project_name": names[app["projectId"]],
            "nodana_rate": app["rate"],
            "nodana_scheme": "https",
            "nodana_status": app["status"],
            "nodana_template": app["template"],
            "nodana_updated_at": app["updatedAt"],
            "nodana_url": app["url"],
        }
        for app in account["apps"]
    }


def requested_paths(simulator):
    return [request["path"] for request in simulator.log()["requests"]]


@pytest.mark.parametrize("export", [(), ("--export",)])
def test_every_app_is_a_host_with_its_groups_and_plain_variables(simulator, ansible, export):
    account = simulator.account()
    phoenixd, alby, nutshell = account["apps"]
    simulator.force_status(nutshell["id"], "cordoned")
    listing = ansible.listed(*export)

    of_all = listing["nodana"]["vars"] if export else {}  # an export leaves these at the group
    variables = {name: {**of_all, **values} for name, values in listing["_meta"]["hostvars"].items()}
    kept = expected_variables(simulator.account())
    assert {name: {key: values[key] for key in kept[name]} for name, values in variables.items()} == kept
    members = {name: group["hosts"] for name, group in listing.items() if "hosts" in group}
    assert members == {
        "nodana": [host_of(phoenixd), host_of(alby), host_of(nutshell)],
        "project_shop": [host_of(phoenixd), host_of(alby)],
        "project_Mints___more": [host_of(nutshell)],
        "template_phoenixd": [host_of(phoenixd)],
        "template_alby_hub_phoenixd": [host_of(alby)],
        "template_nutshell": [host_of(nutshell)],
        "status_available": [host_of(phoenixd), host_of(alby)],
        "status_cordoned": [host_of(nutshell)],
    }


def test_it_asks_once_for_the_projects_and_once_for_each_project(simulator, ansible):
    ansible.hosts()
    ids = [project["id"] for project in simulator.account()["projects"]]
    assert requested_paths(simulator) == ["/projects", *(f"/projects/{project_id}/apps" for project_id in ids)]


def test_requests_keep_the_pace(simulator, ansible):
    simulator.settings(rate_interval=0.2)
    ansible.write(request_interval=0.2)
    ansible.hosts()
    assert simulator.log()["violations"] == 0
    assert len(requested_paths(simulator)) == 3


def test_deleted_apps_are_no_hosts_though_they_stay_listed(simulator, ansible, ask):
    simulator.settings(list_deleted=True)
    phoenixd, alby, nutshell = simulator.account()["apps"]
    ask(f"/apps/{phoenixd['id']}/delete")
    ask(f"/apps/{nutshell['id']}/delete")
    ask(f"/projects/{nutshell['projectId']}/delete")
    assert list(ansible.hosts()) == [host_of(alby)]


def test_an_account_without_apps_is_an_empty_inventory_without_a_warning(simulator, ansible):
    simulator.reset()
    ansible.environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
    assert ansible.hosts() == {}


@pytest.mark.parametrize("name", ["nodana.yaml", "shop.nodana.yml"])
def test_options_of_the_file_come_before_the_environment(simulator, ansible, name):
    ansible.write(name, api_url=simulator.url, api_key=simulator.key)
    ansible.environment.update(NODANA_API_URL="http://127.0.0.1:9/v1", NODANA_API_KEY="another-key-0123456789")
    assert len(ansible.hosts()) == 3


def test_the_url_is_taken_from_both_environment_variables_in_order(ansible):
    ansible.environment["NODANA_API_BASE_URL"] = "http://127.0.0.1:9/v1"
    assert len(ansible.hosts()) == 3
    ansible.environment["NODANA_API_BASE_URL"] = ansible.environment.pop("NODANA_API_URL")
    assert len(ansible.hosts()) == 3


def test_a_key_can_be_vaulted(simulator, ansible):
    password = ansible.folder / "password"
    password.write_text("of the vault", encoding="utf-8")
    ansible.environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(password)
    encrypted = ansible.run("vault", "encrypt_string", "--name", "api_key", simulator.key)
    del ansible.environment["NODANA_API_KEY"]
    ansible.source.write_text(f"plugin: nodana.cloud.nodana\n{encrypted.stdout}\n", "utf-8")
    assert len(ansible.hosts()) == 3


def test_it_can_be_enabled_by_name(ansible):
    ansible.environment["ANSIBLE_INVENTORY_ENABLED"] = "nodana.cloud.nodana"
    assert len(ansible.hosts()) == 3


def test_a_file_of_another_name_is_not_read(simulator, ansible):
    ansible.write("shop.yml")
    assert "could not be verified by inventory plugin 'nodana.cloud.nodana'" in ansible.failure()
    assert requested_paths(simulator) == []


def test_tasks_for_an_app_run_here_with_the_python_that_runs_ansible(simulator, ansible):
    result = ansible.play(
        {"ansible.builtin.setup": {"gather_subset": ["!all", "python"]}},
        {
            "ansible.builtin.copy": {
                "content": "{{ ansible_facts.python.executable }}",
                "dest": f"{ansible.folder}/{{{{ nodana_app_id }}}}.txt",
            }
        },
    )
    assert result.returncode == 0, result.stdout + result.stderr
    written = {path.stem: path.read_text(encoding="utf-8") for path in ansible.folder.glob("app-*.txt")}
    assert written == {app["id"]: sys.executable for app in simulator.account()["apps"]}


def test_the_example_of_the_documentation_works(simulator, ansible):
    text = (ROOT / "plugins" / "inventory" / "nodana.py").read_text(encoding="utf-8")
    example = yaml.safe_load(text.split('EXAMPLES = r"""')[1].split('"""')[0])
    ansible.write(**example)
    phoenixd, alby, nutshell = simulator.account()["apps"]
    simulator.force_status(nutshell["id"], "cordoned")
    listing = ansible.listed()
    assert listing["lightning"]["hosts"] == [host_of(phoenixd), host_of(alby)]
    assert listing["broken"]["hosts"] == [host_of(nutshell)]
    assert listing["port_9740"]["hosts"] == [host_of(phoenixd)]
    authorities = {name: values["nodana_authority"] for name, values in listing["_meta"]["hostvars"].items()}
    assert authorities == {host_of(app): urlsplit(app["url"]).netloc for app in (phoenixd, alby, nutshell)}
