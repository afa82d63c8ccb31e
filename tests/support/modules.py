# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run real modules in this process with patched arguments, or in separate processes."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import parameters
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Handover
from ansible_collections.nodana.cloud.plugins.module_utils._seal import unseal

try:  # ansible-core 2.19 and newer.
    from ansible.module_utils.testing import patch_module_args
except ImportError:

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any]) -> Iterator[None]:
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()):
            yield


try:  # ansible-core 2.22 and newer masks secrets when it shows a result, not in the result.
    from ansible.module_utils.secrets import mask_secrets
except ImportError:

    def mask_secrets(value: str, /) -> str:
        return value


# ansible-core 2.21 and newer adds the invocation to a result only on request.
_INTERNAL = {"_ansible_inject_invocation": True} if "inject_invocation" in parameters.PASS_VARS else {}

MODULES = "ansible_collections.nodana.cloud.plugins.modules"
ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
CONTROLLER_NAMES = [path.stem for path in FILES if "nodana.cloud.controller" in path.read_text(encoding="utf-8")]
NAMES = [path.stem for path in FILES if path.stem not in CONTROLLER_NAMES]
"""The modules that send requests to the API. Those in ``CONTROLLER_NAMES`` only have an action plugin."""
_LAUNCHER = """
import runpy, sys
from types import ModuleType
try:
    import ansible_collections.nodana.cloud
except ImportError:
    for name in ("ansible_collections", "ansible_collections.nodana", "ansible_collections.nodana.cloud"):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules[name].__path__ = [sys.argv[2]]
sys.modules.update({name: None for name in sys.argv[3:]})
module, sys.argv[1:] = sys.argv[1], []
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def run_module(module_name: str, /, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
    """Run a module in this process and return its result."""
    internal = {"_ansible_check_mode": check, "_ansible_diff": diff, **_INTERNAL}
    module = importlib.import_module(f"{MODULES}.{module_name}")
    output = io.StringIO()
    arguments = patch_module_args({**options, **internal})
    with arguments, contextlib.redirect_stdout(output), pytest.raises(SystemExit) as ended:
        module.main()
    result: dict[str, Any] = json.loads(output.getvalue())
    assert bool(result.get("failed")) == bool(ended.value.code)
    return result


def run_process(module_name: str, /, *missing: str, **options: Any) -> tuple[dict[str, Any], str]:
    """Run a module as Ansible does, without the libraries in ``missing``. Return its result and its stderr."""
    arguments = [sys.executable, "-c", _LAUNCHER, f"{MODULES}.{module_name}", str(ROOT), *missing]
    done = subprocess.run(
        arguments,
        input=json.dumps({"ANSIBLE_MODULE_ARGS": {**options, **_INTERNAL}}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        return json.loads(done.stdout), done.stderr
    except ValueError:
        raise AssertionError(f"{module_name} printed no result: {done.stdout} {done.stderr}") from None


def handover(result: dict[str, Any]) -> Handover:
    """Return the handover of a module to its action plugin."""
    return Handover.from_json(unseal(result["nodana_handover"]["sealed"]))


def handed_over(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the secrets in the handover of a module to its action plugin, by app id."""
    return {app.app_id: app.secrets for app in handover(result).secrets}


def visible(result: dict[str, Any]) -> str:
    """Return the result of a module that ran in this process as text, in the form that Ansible would show."""
    return mask_secrets(json.dumps({**result, "_ansible_new_secrets": []}, ensure_ascii=False))
