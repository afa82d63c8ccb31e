# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import regular_file
from ansible_collections.nodana.cloud.tests.support.alarm import alarm


def fifo(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def listener(path):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.mark.parametrize("make", [fifo, device, folder, listener])
def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path, make):
    path = tmp_path / "x"
    make(path)
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    with alarm(5), pytest.raises(OSError, match="not a regular file|No such device or address"):
        regular_file.read(str(path))
    assert not before or os.listdir("/proc/self/fd") == before


def test_a_file_is_read_up_to_the_limit(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"x" * regular_file.LIMIT)
    assert len(regular_file.read(str(path))) == regular_file.LIMIT
    with open(path, "ab") as file:
        file.truncate(2**40)  # it takes no space
    with pytest.raises(OSError, match="larger than 4 MiB"):
        regular_file.read(str(path))
    assert regular_file.start(str(path), 3) == b"xxx"


def test_a_file_behind_a_link_is_read(tmp_path):
    """Kubernetes mounts secrets as links."""
    (tmp_path / "data").write_bytes(b"x")
    (tmp_path / "x").symlink_to("data")
    assert regular_file.read(str(tmp_path / "x")) == b"x"
