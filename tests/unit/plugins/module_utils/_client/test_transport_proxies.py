# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: which of their failures prove that a request never reached the API."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import free_port, raw_server

URL = "https://api.example/v1"


def test_a_proxy_that_is_not_there_is_told_and_a_create_is_not_in_doubt(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(errors.Unreachable, match="proxy"):
        Api(transport(URL, clock=clock)).create_project("shop")
    assert clock.slept > 5


def test_a_proxy_that_refuses_never_passed_a_create_on(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with raw_server(refusal) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(errors.Unreachable, match="proxy"):
            Api(transport(URL, clock=clock, retry_timeout=10)).create_project("shop")
    assert {request.split(b" ")[0] for request in proxy.requests} == {b"CONNECT"}


def test_a_cut_behind_a_proxy_leaves_it_open_whether_a_create_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(b"") as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(errors.AmbiguousOutcome):
            Api(transport("http://api.example/v1")).create_project("shop")
    assert [request.split(b" ")[0] for request in proxy.requests] == [b"POST"]


def test_the_key_goes_into_the_tunnel_only(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(errors.Unreachable):
            Api(transport(URL, clock=clock, retry_timeout=0)).projects()
    assert proxy.requests
    assert all(b"Authorization" not in request for request in proxy.requests)
