# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every code block of the README files and the guides is executed as printed, or listed with a reason why not."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.hashi_vault import HashiVault
from ansible_collections.nodana.cloud.tests.unit.docs.blocks import ROOT, Piece, find_others, pages, pieces
from ansible_collections.nodana.cloud.tests.unit.docs.not_executed import ELSEWHERE, GUIDES, NOT_EXECUTED, REFUSED
from ansible_collections.nodana.cloud.tests.unit.docs.reader import Reader, is_playbook

ROLE = "roles/node/README.md"
ALL = [piece for page in pages() for piece in pieces(page)]


def listed(piece: Piece) -> list[str]:
    """Return the reasons of the entries for a file or command."""
    entries = [*ELSEWHERE, *NOT_EXECUTED]
    return [why for page, start, why in entries if page in ("*", piece.page) and piece.text.startswith(start)]


def executed(page: str) -> list[Piece]:
    """Return what is executed. A command of an earlier page is left out, unless it is the last that uses a file."""
    own = [piece for piece in pieces(page) if not listed(piece)]
    commands = [piece for piece in own if piece.is_command]
    users = [[one for one in commands if piece.name in one.text] for piece in own if piece.name]
    needed = [found[-1] for found in users if found]
    seen = {piece.text for piece in ALL if piece.page < page and not listed(piece)}
    return [piece for piece in own if piece.text not in seen or piece in needed]


FOLLOWED = [page for page in pages() if page != ROLE and executed(page)]


@pytest.fixture
def reader(running_simulator: Simulator, tmp_path: Path) -> Reader:
    """Return a reader whose API has apps and nodes."""
    running_simulator.settings(serve_apps=True, generation=["seed", "nodes"])
    return Reader(tmp_path, running_simulator)


def prepare(reader: Reader, page: str) -> None:
    """Create what a page expects to exist."""
    if page == GUIDES + "guide_first.rst":
        (reader.folder / "vault-password").unlink()  # the page writes it
    if page == GUIDES + "guide_generations.rst":
        deploy(reader, {"preset": "phoenixd"})
    if page == GUIDES + "guide_secrets.rst":
        reader.write("nodana.yml", "plugin: nodana.cloud.nodana\n")
    if page == GUIDES + "guide_events.rst":
        deploy(reader, {"preset": "phoenixd", "webhook": "https://shop.example.com/phoenixd"})
        (app,) = reader.simulator.account()["apps"]
        body = b'{"amountSat": 1}\n'
        signature = hmac.new(app["secrets"]["webhookSecret"].encode(), body, hashlib.sha256).hexdigest()
        (reader.folder / "webhook.json").write_bytes(body)
        (reader.folder / "webhook.signature").write_text(signature, encoding="utf-8")


def deploy(reader: Reader, deployment: dict[str, str]) -> None:
    variables = {"nodana_project": "shop", "nodana_deployments": [deployment]}
    (reader.folder / "earlier.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    reader.run("ansible-playbook nodana.cloud.deploy -e @earlier.yml --vault-password-file vault-password")


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_reader_can_follow_the_page(reader: Reader, page: str) -> None:
    prepare(reader, page)
    reader.follow(executed(page), [(start, said) for other, start, said in REFUSED if other == page])


def test_a_reader_can_follow_the_readme_of_the_role(reader: Reader) -> None:
    play, preview, deploy, nodes, password, store, other_store, known = pieces(ROLE)
    vault = HashiVault(reader.controller)
    reader.add_program("keep", 'cat > "kept-$(basename "$1")"')
    reader.write("node.yml", play.text)
    reader.run(preview.text)
    assert reader.simulator.account()["apps"] == []
    reader.run(deploy.text)
    assert len(reader.simulator.account()["apps"]) == 4

    reader.write("store.yml", store.text)
    reader.write("other.yml", other_store.text)
    claims = yaml.safe_load(reader.adapted(password.text, "lnbits-phoenixd"))
    reader.continue_with(
        [
            {"ansible.builtin.assert": {"that": "password | length > 10"}, "vars": claims},
            role(nodes.text, nodana_node_secrets_tasks="store.yml"),
            role(nodes.text.replace("name: shop", "name: other"), nodana_node_secrets_tasks="other.yml"),
        ]
    )
    (stored,) = vault.entries()
    first, second = reader.simulator.account()["nodes"]
    assert stored["path"] == f"nodana/{first['id']}"
    assert (reader.folder / f"kept-{second['id']}").exists()
    assert not list((reader.folder / "secrets").glob("*-node-*"))

    reader.continue_with([role(nodes.text, **yaml.safe_load(known.text.replace("app-1234", first["id"])))])


def role(variables: str, **more: Any) -> dict[str, Any]:
    """Return a task that runs the role with variables of its README."""
    return {
        "ansible.builtin.include_role": {"name": "nodana.cloud.node"},
        "vars": {**yaml.safe_load(variables), **more},
    }


@pytest.mark.parametrize("page", pages())
def test_no_block_is_overlooked(page: str) -> None:
    assert find_others(page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_an_unknown_form_of_a_block_is_noticed() -> None:
    directive = ".. code:: console\n\n   $ true\n"
    literal = "For example::\n\n   $ true\n"
    indented = "For example:\n\n    true\n"
    for page, text in (("a.rst", directive), ("a.rst", literal), ("a.md", indented)):
        assert len(find_others(page, text)) == 1


@pytest.mark.parametrize("piece", ALL, ids=str)
def test_a_block_is_executed_or_listed_once(piece: Piece) -> None:
    """A file is executed if it is a playbook or a command uses it. The README of the role has a test for each block."""
    if listed(piece):
        assert len(listed(piece)) == 1
    elif piece.page != ROLE and piece.name and not is_playbook(piece.text):
        commands = [other for other in pieces(piece.page) if other.is_command and not listed(other)]
        users = [command for command in commands if piece.name in command.text]
        assert users, f"No command uses {piece.name}"


@pytest.mark.parametrize("entry", [*ELSEWHERE, *NOT_EXECUTED], ids=lambda entry: f"{entry[0]}: {entry[1][:40]}")
def test_a_listed_block_exists(entry: tuple[str, str, str]) -> None:
    page, start, _why = entry
    if page == "*":
        assert start
    else:
        assert any(piece.page == page and piece.text.startswith(start) for piece in ALL)


@pytest.mark.parametrize("entry", ELSEWHERE, ids=lambda entry: f"{entry[0]}: {entry[1][:40]}")
def test_the_test_that_executes_a_block_reads_its_page(entry: tuple[str, str, str]) -> None:
    page, _start, test = entry
    path = ROOT / test
    files: Iterator[Path] = path.parent.glob("*.py") if path.is_file() else path.glob("*.py")
    assert path.exists()
    assert any(Path(page).name in file.read_text(encoding="utf-8") for file in files)
