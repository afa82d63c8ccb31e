# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Encrypted connections: whom the client trusts, and that distrust is not tried again."""

from __future__ import annotations

import shutil
import ssl
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.support import servers
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import answered, raw_server

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
NOTHING = answered('{"data": []}')


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that signed itself, for the name localhost, and the context of a server that has it."""
    return servers.certificate(tmp_path)


@pytest.fixture
def certificate(certified: tuple[Path, ssl.SSLContext]) -> Path:
    return certified[0]


@pytest.fixture
def context(certified: tuple[Path, ssl.SSLContext]) -> ssl.SSLContext:
    return certified[1]


def test_a_certificate_nobody_vouches_for_ends_the_call_at_once(context: ssl.SSLContext, clock: FakeClock) -> None:
    with raw_server(NOTHING, context) as server:
        api = Api(transport(f"https://localhost:{server.port}/v1", clock=clock))
        for call in (api.projects, lambda: api.create_project("shop")):
            with pytest.raises(
                errors.Unreachable, match=rf"certificate of .*https://localhost:{server.port} is not trusted"
            ) as caught:
                call()
            assert "ca_path" in str(caught.value)
    assert server.requests == []
    assert clock.slept == 0


def test_a_certificate_for_another_name_ends_the_call_at_once(
    context: ssl.SSLContext, certificate: Path, clock: FakeClock
) -> None:
    with raw_server(NOTHING, context) as server:
        api = Api(transport(f"https://127.0.0.1:{server.port}/v1", clock=clock, ca_path=str(certificate)))
        with pytest.raises(
            errors.Unreachable, match=rf"certificate of .*https://127\.0\.0\.1:{server.port} is not trusted"
        ):
            api.create_project("shop")
    assert server.requests == []
    assert clock.slept == 0


def test_ca_path_says_whom_to_trust(context: ssl.SSLContext, certificate: Path) -> None:
    with raw_server(NOTHING, context) as server:
        url = f"https://localhost:{server.port}/v1"
        assert Api(transport(url, ca_path=str(certificate))).projects() == []


def test_a_bundle_of_the_environment_does_not_take_the_place_of_ca_path(
    context: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.parent / "nowhere.pem"))
    with raw_server(NOTHING, context) as server:
        url = f"https://localhost:{server.port}/v1"
        assert Api(transport(url, ca_path=str(certificate))).projects() == []


def test_checking_can_be_turned_off(context: ssl.SSLContext, recwarn: pytest.WarningsRecorder) -> None:
    with raw_server(NOTHING, context) as server:
        assert Api(transport(f"https://localhost:{server.port}/v1", validate_certs=False)).projects() == []
    assert [warning for warning in recwarn if "nsecure" in str(warning.message)] == []


def test_a_server_that_speaks_no_tls_is_told_as_such(clock: FakeClock) -> None:
    with raw_server(NOTHING) as server:
        url = f"https://127.0.0.1:{server.port}/v1"
        api = Api(transport(url, clock=clock, retry_timeout=0))
        for call in (api.projects, lambda: api.create_project("shop")):
            with pytest.raises(errors.Unreachable, match=rf"TLS connection to the API at {url[:-3]} failed") as caught:
                call()
            assert not caught.value.sent
