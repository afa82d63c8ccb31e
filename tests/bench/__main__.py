# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of 4 x 250 apps, beside hetzner.hcloud's of as many servers: `python -m tests.bench`, from the root."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.hetzner import TOKEN, hetzner
from tests.bench.measure import Run, best, run
from tests.simulator.handle import Simulator

PROJECTS, APPS = 4, 250
MOST_SECONDS = 2.0
CONSTRUCTED = {"keyed_groups": [{"key": "inventory_hostname[0]", "prefix": "first"}], "strict": True}


def main() -> int:
    """Measure, print a table, and give 1 when the time above the pacing floor is too long."""
    with tempfile.TemporaryDirectory() as name, Simulator(rate_interval=0, startup_delay=0) as simulator:
        simulator.fill(PROJECTS, APPS)
        folder = Path(name)
        environment = {
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
            "NODANA_API_KEY": simulator.key,
            "NODANA_API_URL": simulator.url,
            "NODANA_STATE_DIR": str(folder / "state"),
        }
        nothing = best(_written(folder, "nothing.yml", {"all": {}}), environment)
        _row("Ansible without an inventory", nothing, 0)
        floor = float(PROJECTS)  # of the five requests, four wait for a second
        paced = run(_written(folder, "paced.nodana.yml", _nodana()), environment)
        _row("nodana.cloud.nodana, one request a second", paced, PROJECTS * APPS)
        _row("  above the pacing floor of 4 s", Run(paced.seconds - floor, paced.busy, paced.memory, paced.hosts))
        _row("nodana.cloud.nodana, unpaced", best(_nodana_file(folder, "unpaced"), environment), PROJECTS * APPS)
        warm = _nodana_file(folder, "warm", cache=True, cache_plugin="jsonfile", cache_connection=str(folder / "cache"))
        _row("nodana.cloud.nodana, from its cache", best(warm, environment), PROJECTS * APPS)
        _row("  with groups by key", best(_nodana_file(folder, "keyed", **CONSTRUCTED), environment))
        _beside(folder, environment)
    above = min(paced.seconds - floor, paced.busy)  # on a machine with other work, what it was busy itself
    print(f"Above the pacing floor: {above:.2f} s of its own, at most {MOST_SECONDS:g} s are allowed.")
    return int(above > MOST_SECONDS)


def _beside(folder: Path, environment: dict[str, str]) -> None:
    with hetzner(PROJECTS * APPS) as url:
        options = {"plugin": "hetzner.hcloud.hcloud", "api_token": TOKEN, "api_endpoint": url}
        try:
            other = best(_written(folder, "hcloud.yml", options), environment)
        except RuntimeError as error:
            print(f"hetzner.hcloud.hcloud: skipped, it does not run here: {str(error).strip().splitlines()[-1]}")
            return
        _row("hetzner.hcloud.hcloud, unpaced", other, PROJECTS * APPS)
        keyed = best(_written(folder, "keyed.hcloud.yml", {**options, **CONSTRUCTED}), environment)
        _row("  with groups by key", keyed)


def _nodana(**options: Any) -> dict[str, Any]:
    return {"plugin": "nodana.cloud.nodana", **options}


def _nodana_file(folder: Path, name: str, **options: Any) -> Path:
    return _written(folder, f"{name}.nodana.yml", _nodana(request_interval=0, **options))


def _written(folder: Path, name: str, content: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _row(name: str, measured: Run, hosts: int | None = None) -> None:
    if hosts is not None and measured.hosts != hosts:
        sys.exit(f"{name}: {measured.hosts} hosts, and not {hosts}")
    print(
        f"{name:<44} {measured.seconds:6.2f} s {measured.busy:6.2f} s busy {measured.memory:5.0f} MB"
        f" {measured.hosts:5} hosts",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
