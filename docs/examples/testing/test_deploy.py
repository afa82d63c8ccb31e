# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of deploy.yml."""

from __future__ import annotations


def test_the_second_run_changes_nothing(simulator, play):
    """The first run creates one app."""
    play("deploy.yml")
    assert "changed=0 " in play("deploy.yml")
    (app,) = simulator.account()["apps"]
    assert app["template"] == "phoenixd"


def test_an_api_that_fails_once_gets_no_second_app(simulator, play):
    """The run continues after a response that is an error page."""
    simulator.fault("html_502", path="^/projects$")
    play("deploy.yml")
    assert len(simulator.account()["apps"]) == 1
