# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the collection community.hashi_vault, which keeps its entries in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.support.controller import Controller

WRITE = """
import json, os
from ansible.module_utils.basic import AnsibleModule

spec = {name: {"type": "str"} for name in ("url", "path")}
module = AnsibleModule({**spec, "data": {"type": "dict", "no_log": True}, "cas": {"type": "int"}})
with open(os.environ["STORE"], "a") as file:
    file.write(json.dumps(module.params) + "\\n")
if "BROKEN" in os.environ:
    module.fail_json(msg="the store is sealed")
module.exit_json(changed=True)
"""
GET = """
import json, os
from ansible.plugins.lookup import LookupBase

class LookupModule(LookupBase):
    def run(self, terms, variables=None, **options):
        with open(os.environ["STORE"]) as file:
            kept = {entry["path"]: entry["data"] for entry in map(json.loads, file)}
        return [{"secret": kept[term]} for term in terms]
"""


class HashiVault:
    """The stand-in in the collections of a controller."""

    def __init__(self, controller: Controller) -> None:
        self._file = controller.folder / "written"
        controller.environment["STORE"] = str(self._file)
        plugins = controller.folder / "ansible_collections" / "community" / "hashi_vault" / "plugins"
        for path, text in (("modules/vault_kv2_write.py", WRITE), ("lookup/vault_kv2_get.py", GET)):
            (plugins / path).parent.mkdir(parents=True)
            (plugins / path).write_text(text, encoding="utf-8")

    @property
    def path(self) -> Path:
        """Return the path of the file, which has a line for each attempt to write."""
        return self._file

    def entries(self) -> list[dict[str, Any]]:
        """Return the arguments of each attempt to write."""
        return list(map(json.loads, self._file.read_text(encoding="utf-8").splitlines()))
