# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receipts on disk: whole or not there, private, byte for byte, and not impressed by other files."""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import ROOM, Receipt, Receipts
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Owner
from hypothesis import given
from hypothesis import strategies as st

ME = Owner(4711)


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    return Receipts(str(tmp_path / "receipts"))


def begun(receipts: Receipts, **fields: Any) -> Receipt:
    values = {"template": "phoenixd", "project_id": "prj-1", "api_url": "https://x/v1", "known": ["app-1"]}
    return receipts.begin(**{**values, "owner": ME, **fields})


def test_a_receipt_says_what_it_was_told(receipts: Receipts) -> None:
    made = begun(receipts)
    assert receipts.all() == [made]
    assert (made.known, made.lost, made.response) == (["app-1"], [], b"")


# JSON contains no zero bytes. Those after a response are reserved space.
ANSWERS = st.binary(max_size=40).map(lambda piece: piece.replace(b"\0", b"0"))


@given(pieces=st.lists(ANSWERS, max_size=6), earlier=ANSWERS)
def test_an_answer_is_kept_byte_for_byte_and_replaces_that_of_an_earlier_try(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], earlier: bytes
) -> None:
    receipts = Receipts(str(tmp_path_factory.mktemp("receipts")))
    made = begun(receipts)
    for answer in ([earlier], pieces):
        made.begin()
        for piece in answer:
            made.add(piece)
    assert made.is_on_disk()
    assert receipts.all() == [made]
    assert made.response == b"".join(pieces)


def test_the_room_of_an_answer_is_on_the_disk_before_it_arrives(receipts: Receipts) -> None:
    made = begun(receipts)
    blocks = os.stat(made.path).st_blocks * 512
    assert blocks >= ROOM
    made.add(b"x" * ROOM)
    assert os.stat(made.path).st_blocks * 512 == blocks
    assert made.is_on_disk()


@pytest.mark.parametrize("missing", [errno.EOPNOTSUPP, errno.EINVAL, None])
def test_zeros_take_the_room_where_the_file_system_reserves_none(
    receipts: Receipts, monkeypatch: pytest.MonkeyPatch, missing: int | None
) -> None:
    def fails(*_arguments: Any) -> None:
        raise OSError(missing, "no")

    with monkeypatch.context() as patched:
        if missing is None:
            patched.delattr(os, "posix_fallocate")
        else:
            patched.setattr(os, "posix_fallocate", fails)
        made = begun(receipts)
    assert os.stat(made.path).st_blocks * 512 >= ROOM
    assert receipts.all() == [made]


def test_an_answer_that_is_larger_than_its_room_is_kept(receipts: Receipts) -> None:
    made = begun(receipts)
    for _try in range(2):
        made.begin()
        made.add(b"{" * ROOM)
        made.add(b"}" * ROOM)
        assert made.is_on_disk()
        assert receipts.all() == [made]
    made.begin()
    made.add(b"{}")
    assert made.is_on_disk()
    assert receipts.all()[0].response == b"{}"


def test_a_piece_is_on_disk_before_the_next_one_arrives(receipts: Receipts) -> None:
    made = begun(receipts)
    made.begin()
    made.add(b'{"data": {"seed": "\xff')
    assert receipts.all()[0].response == b'{"data": {"seed": "\xff'
    made.add(b'"}}')
    assert receipts.all()[0].response.endswith(b'\xff"}}')


def test_marks_keep_the_answer(receipts: Receipts) -> None:
    made = begun(receipts)
    made.add(b"a\nb\r\n\xff")
    made.mark_lost(["app-2"])
    made.add_known("app-3")
    (read,) = receipts.all()
    assert (read.response, read.lost, read.known) == (b"a\nb\r\n\xff", ["app-2"], ["app-1", "app-3"])


def test_nobody_else_can_read_a_receipt(receipts: Receipts) -> None:
    before = os.umask(0)
    try:
        made = begun(receipts)
        made.add(b"secret")
        made.mark_lost(["app-2"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(made.path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(made.path)).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(made.set_aside()).st_mode) == 0o600


def test_what_is_set_aside_keeps_its_bytes_and_is_no_receipt(receipts: Receipts) -> None:
    made = begun(receipts)
    made.add(b"cut of")
    path = made.set_aside()
    assert receipts.all() == []
    assert Path(path).read_bytes().endswith(b"\ncut of")


def test_a_removed_receipt_is_gone_and_removing_again_is_fine(receipts: Receipts) -> None:
    made = begun(receipts)
    made.remove()
    made.remove()
    assert receipts.all() == []


def test_there_are_no_receipts_without_a_folder(receipts: Receipts) -> None:
    assert receipts.all() == []
    receipts.sweep()


GOOD: dict[str, Any] = {
    "template": "t",
    "project_id": None,
    "api_url": "u",
    "known": [],
    "requested_at": "2026-01-01T00:00:00Z",
    "owner": {},
    "began": {},
    "lost": [],
    "node_name": None,
}
GARBAGE = [
    b"",
    b"\n",
    b"\x00\xff\xfe",
    b"{",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"template": "t"}',
    *(json.dumps({**GOOD, name: wrong}).encode() for name in GOOD for wrong in (5, [5], {"a": 5})),
    json.dumps({**GOOD, "requested_at": "yesterday"}).encode(),
]


def test_garbage_is_passed_over(receipts: Receipts, tmp_path: Path) -> None:
    made = begun(receipts)
    folder = tmp_path / "receipts"
    for number, content in enumerate(GARBAGE):
        (folder / f"{number}.receipt").write_bytes(content)
    (folder / "folder.receipt").mkdir()
    (folder / "dangling.receipt").symlink_to("nowhere")
    (folder / "note.txt").write_text(json.dumps(GOOD))
    found = receipts.all()
    assert made in found
    assert all(isinstance(name, str) for receipt in found for name in (*receipt.known, *receipt.lost))
    assert len(found) == 3  # and {"owner": {"a": 5}}, which is not a process, and {"began": {"a": 5}}, which is never


@pytest.mark.parametrize("kind", ["fifo", "socket", "folder", "link to a fifo", "too large"])
def test_what_is_no_file_is_skipped_without_waiting_for_it(
    receipts: Receipts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    made = begun(receipts)
    for name in ("0.receipt", ".new-0"):
        place = tmp_path / "receipts" / name
        if kind == "fifo":
            os.mkfifo(place)
        elif kind == "socket":
            monkeypatch.chdir(place.parent)  # the path of a socket is short
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(name)
        elif kind == "folder":
            place.mkdir()
        elif kind == "too large":
            place.touch()
            os.truncate(place, atomic_file.LARGEST + 1)
        else:
            fifo = tmp_path / "fifo"
            if not fifo.exists():
                os.mkfifo(fifo)
            place.symlink_to(fifo)
    receipts.sweep()
    assert receipts.all() == [made]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_skipped(receipts: Receipts, tmp_path: Path) -> None:
    made = begun(receipts)
    try:
        os.mknod(tmp_path / "receipts" / "0.receipt", 0o600 | stat.S_IFCHR, os.makedev(5, 1))
    except PermissionError:
        pytest.skip("not in this container")
    assert receipts.all() == [made]


def test_the_oldest_comes_first(receipts: Receipts) -> None:
    made = [begun(receipts) for _turn in range(5)]
    assert [receipt.requested_at for receipt in receipts.all()] == sorted(receipt.requested_at for receipt in made)


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_crash_leaves_the_old_receipt_and_no_other_file_for_long(
    receipts: Receipts, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_arguments: Any) -> None:
        raise Crash

    made = begun(receipts)
    with monkeypatch.context() as patched:
        patched.setattr(os, moment, crash)
        patched.setattr(os, "unlink", lambda _path: None)  # a killed process does not clean up
        with pytest.raises(Crash):
            made.mark_lost(["app-2"])
    assert receipts.all()[0].lost == []
    assert len(os.listdir(os.path.dirname(made.path))) == 2
    receipts.sweep()
    assert os.listdir(os.path.dirname(made.path)) == [os.path.basename(made.path)]


def test_a_full_disk_is_noticed_and_does_not_stop_the_answer(
    receipts: Receipts, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(receipts)
    made.begin()
    made.add(b"first ")
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        made.add(b"second")
    assert made.response == b"first second"
    assert not made.is_on_disk()


def full(*_arguments: Any, **_options: Any) -> Any:
    raise OSError(28, "No space left on device")
