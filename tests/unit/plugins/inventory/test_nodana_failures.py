# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest


@pytest.fixture
def last_project(simulator):
    """The path that lists the apps of the last project: by then the others are read."""
    return f"^/projects/{simulator.account()['projects'][-1]['id']}/apps$"


@pytest.mark.parametrize("verbosity", ["-v", "-vvvv"])
def test_a_wrong_key_is_said_and_not_shown(ansible, verbosity):
    ansible.environment["NODANA_API_KEY"] = "wrong-key-0123456789"
    said = ansible.failure(verbosity)
    assert '/v1/projects: The API returned UnauthorizedError 401: "Invalid API key". Check api_key' in said
    assert "wrong-key-0123456789" not in said


@pytest.mark.parametrize("key", [None, "", "  "])
def test_no_key_is_said_before_any_request(simulator, ansible, key):
    del ansible.environment["NODANA_API_KEY"]
    if key is not None:
        ansible.environment["NODANA_API_KEY"] = key
    assert "The API key is missing. Set api_key or the environment variable NODANA_API_KEY." in ansible.failure()
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("error_before", "The API returned"),
        ("html_502", "The API returned HTTP 502"),
        ("cut_json", "The API returned a non-JSON response"),
        ("empty_body", "The API returned an empty response"),
        ("no_data", "The API returned a response with neither data nor an error"),
        ("limit", "429"),
    ],
)
def test_a_fault_in_the_last_answer_leaves_no_host(simulator, ansible, last_project, fault, words):
    simulator.fault(fault, path=last_project, times=9)
    ansible.write(retry_timeout=0)
    said = ansible.failure()
    assert words in said
    assert "/v1/projects/prj-" in said
    assert ("because of its rate limit" in said) == (fault == "limit")


def test_a_fault_that_passes_is_got_over(simulator, ansible, last_project):
    simulator.fault("drop_before", path=last_project)
    assert len(ansible.hosts()) == 3


def test_nobody_there_is_said(ansible):
    ansible.write(retry_timeout=0, api_url="http://127.0.0.1:9/v1")
    assert (
        "GET http://127.0.0.1:9/v1/projects: Cannot connect to the API at http://127.0.0.1:9: Connection refused"
        in ansible.failure()
    )


def test_plain_http_to_another_machine_is_refused(ansible):
    ansible.write(api_url="http://api.example/v1")
    assert "so the API key would be sent to" in ansible.failure()


def test_ansible_can_be_told_to_stop(ansible):
    ansible.environment.update(NODANA_API_KEY="wrong-key-0123456789", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true")
    result = ansible.list()
    assert result.returncode != 0
    assert result.stdout == ""
    assert "Invalid API key" in result.stderr


def test_missing_requests_is_said(simulator, ansible):
    hidden = ansible.folder / "hidden"
    hidden.mkdir()
    (hidden / "requests.py").write_text("raise ImportError('hidden')\n", encoding="utf-8")
    path = ansible.environment.get("PYTHONPATH")
    ansible.environment["PYTHONPATH"] = f"{hidden}:{path}" if path else str(hidden)
    assert "Failed to import the required Python library (requests)" in ansible.failure()
    assert simulator.log()["requests"] == []
