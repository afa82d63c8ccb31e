# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

from ansible_collections.nodana.cloud.tests.unit.plugins.action.playbooks import app_task


def test_a_new_app_has_its_secrets_in_an_encrypted_file_and_not_in_the_result(controller, simulator):
    result = controller.result(app_task())
    print(result)
    app = simulator.account()["apps"][0]
    path = controller.secrets / f"phoenixd-{app['id']}.yml"
    assert result["changed"]
    assert result["secrets_file"] == str(path)
    assert "secrets" not in result
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert os.listdir(controller.secrets) == [path.name]
    content = controller.content(path)
    print(content)
    assert sorted(content["secrets"].values()) == sorted(app["secrets"].values())
