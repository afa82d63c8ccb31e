# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and URLs: what is refused before a key could travel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import (
    DEFAULT_URL,
    Connection,
    checked_key,
    checked_url,
)
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import rate_limiter_path
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from hypothesis import given
from hypothesis import strategies as st

KEY = "a-fake-key-0123456789abcdef"
OPTIONS: dict[str, Any] = {
    "api_key": KEY,
    "api_url": None,
    "validate_certs": True,
    "ca_path": None,
    "request_timeout": 30.0,
    "retry_timeout": 120.0,
    "request_interval": 1.0,
}


def test_a_key_is_trimmed() -> None:
    assert checked_key(f" \t{KEY}\r\n") == KEY


@pytest.mark.parametrize("key", [None, "", "   ", "\n"])
def test_a_missing_key_is_told_with_the_way_to_set_it(key: str | None) -> None:
    with pytest.raises(Invalid, match=r"The API key is missing.*NODANA_API_KEY"):
        checked_key(key)


@pytest.mark.parametrize("odd", ["secret\x00word", "secret\nword", "secret\x7fword", "secret word", "sécret", "ключ"])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(odd: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_key(odd)
    assert "secret" not in str(caught.value)
    assert "word" not in repr(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (None, DEFAULT_URL),
        ("https://api.nodana.io/v1/", DEFAULT_URL),
        ("https://api.nodana.io/v1\n", DEFAULT_URL),
        ("https://api.example:8443/v1", "https://api.example:8443/v1"),
        ("http://localhost:8080/v1", "http://localhost:8080/v1"),
        ("http://LOCALHOST/v1", "http://localhost/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://127.9.9.9/v1", "http://127.9.9.9/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_https_and_loopback_addresses_are_taken(given: str | None, used: str) -> None:
    assert checked_url(given) == used


@pytest.mark.parametrize("url", ["", "  ", "\n"])
def test_an_empty_url_is_refused_and_not_the_default(url: str) -> None:
    with pytest.raises(Invalid, match=r"api_url is empty\. Set api_url, NODANA_API_URL or NODANA_API_BASE_URL"):
        Connection.from_options({**OPTIONS, "api_url": url})


def mixed(text: str) -> st.SearchStrategy[str]:
    """Return a text in any mix of upper and lower case."""
    either = [st.sampled_from([letter.lower(), letter.upper()]) for letter in text]
    return st.tuples(*either).map("".join)


@given(
    scheme=mixed("https"),
    host=st.sampled_from(["api.nodana.io", "127.0.0.1", "[2001:db8::1]", "xn--bcher-kva.example"]).flatmap(mixed),
    dot=st.sampled_from(["", "."]),
    port=st.sampled_from(["", ":", ":443", ":0443"]),
    slashes=st.sampled_from(["", "/", "//"]),
    space=st.sampled_from(["", " ", "\n"]),
)
def test_all_ways_to_write_a_url_are_one_api(
    scheme: str, host: str, dot: str, port: str, slashes: str, space: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dot = "" if host.startswith("[") else dot
    written = f"{space}{scheme}://{host}{dot}{port}/v1{slashes}{space}"
    canonical = f"https://{host.lower()}/v1"
    used = Connection.from_options({**OPTIONS, "api_url": written})
    assert used.api_url == canonical
    assert used.origin == f"https://{host.lower()}:443"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NODANA_STATE_DIR", str(tmp_path_factory.getbasetemp() / "one-api"))
        assert rate_limiter_path(used.api_url, KEY) == rate_limiter_path(canonical, KEY)
        assert rate_limiter_path(used.api_url, KEY) != rate_limiter_path(f"https://{host.lower()}:444/v1", KEY)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
        ("https://BÜCHER。example./v1", "https://xn--bcher-kva.example/v1"),
        ("https://[2001:DB8:0:0::0001]:8443/v1", "https://[2001:db8::1]:8443/v1"),
        ("http://localhost.:80/v1", "http://localhost/v1"),
        ("https://localhost:80/v1", "https://localhost:80/v1"),
    ],
)
def test_a_host_has_one_canonical_form(written: str, canonical: str) -> None:
    assert checked_url(written) == canonical


@pytest.mark.parametrize("url", ["https://api..nodana.io/v1", "https://.nodana.io/v1", "https://api.nodana.io../v1"])
def test_a_host_with_an_empty_part_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="is not a valid URL"):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.nodana.io/v1",
        "http://10.0.0.1/v1",
        "http://0.0.0.0/v1",
        "http://128.0.0.1/v1",
        "http://127.0.0.1.example/v1",
        "http://localhost.example/v1",
        "http://[::2]/v1",
        "http://2130706433/v1",
        "HTTP://api.nodana.io/v1",
    ],
)
def test_plain_http_to_others_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="unencrypted"):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hunter2@api.nodana.io/v1",
        "https://user:hunter2@api.nodana.io/v1",
        "http://127.0.0.1:hunter2@api.nodana.io/v1",
        "https://api.nodana.io/v1?key=hunter2",
        "https://api.nodana.io/v1?",
        "https://api.nodana.io/v1#hunter2",
        "https://api.nodana.io:hunter2/v1",
        "https://api.nodana.io:99999/v1",
        "https://[::1/v1",
        "https://",
        "https:///v1",
        "api.nodana.io/v1",
        "//api.nodana.io/v1",
        "ftp://api.nodana.io/v1",
        "file:///etc/passwd",
        "https://api.nodana.io/v 1",
        "https://api.nodana.io/v1\x00",
        "https://api.nodana.io\\.evil.example/v1",
        "http://127.0.0.1\\@evil.example/v1",
        "https://[::1]evil.example/v1",
    ],
)
def test_what_is_no_plain_https_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_url(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("request_timeout", 0.0),
        ("request_timeout", -1.0),
        ("request_timeout", float("inf")),
        ("request_timeout", float("nan")),
        ("retry_timeout", -1.0),
        ("retry_timeout", float("nan")),
        ("request_interval", -0.1),
        ("request_interval", float("inf")),
        ("request_interval", float("nan")),
        ("request_interval", 60.1),
        ("request_interval", 0.0),
        ("request_interval", 0.05),
        ("request_timeout", 3601.0),
        ("retry_timeout", float("inf")),
    ],
)
def test_times_that_make_no_sense_are_refused(option: str, value: float) -> None:
    with pytest.raises(Invalid, match=option):
        Connection.from_options({**OPTIONS, option: value})


def test_an_api_on_this_machine_may_have_no_interval_and_another_one_a_short_one() -> None:
    local = Connection.from_options({**OPTIONS, "api_url": "http://127.0.0.1:8080/v1", "request_interval": 0.0})
    assert local.request_interval == 0
    for interval in (0.1, 60.0):
        assert Connection.from_options({**OPTIONS, "request_interval": interval}).request_interval == interval


def test_a_ca_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"ca_path .*none\.pem does not exist"):
        Connection.from_options({**OPTIONS, "ca_path": str(tmp_path / "none.pem")})


def test_a_ca_path_that_holds_no_certificate_is_told_before_any_request(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate\n")
    with pytest.raises(Invalid, match=r"ca_path .*empty\.pem does not contain readable certificates"):
        Connection.from_options({**OPTIONS, "ca_path": str(tmp_path / "empty.pem")})
    assert Connection.from_options({**OPTIONS, "ca_path": str(tmp_path)}).ca_path == str(tmp_path)


def test_no_text_of_a_connection_shows_the_key() -> None:
    connection = Connection.from_options(OPTIONS)
    assert connection.api_key == KEY
    for text in (repr(connection), str(connection), f"{connection}", repr([connection])):
        assert KEY not in text


@pytest.mark.parametrize(
    ("url", "local"),
    [(None, False), ("https://127.0.0.1/v1", True), ("https://[::1]/v1", True), ("https://localhost:1/v1", True)],
)
def test_an_api_on_this_machine_is_known_as_such(url: str | None, local: bool) -> None:
    assert Connection.from_options({**OPTIONS, "api_url": url}).is_local is local
