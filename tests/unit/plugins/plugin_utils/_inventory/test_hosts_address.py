# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hosts import Address, address_of


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://phoenixd-ad4f.nodana.app:9740", Address("https", "phoenixd-ad4f.nodana.app", 9740)),
        ("https://app-url.nodana.app", Address("https", "app-url.nodana.app", 443)),
        ("http://app-url.nodana.app/a/path?query", Address("http", "app-url.nodana.app", 80)),
        ("https://MINT.Nodana.app:0", Address("https", "mint.nodana.app", 0)),
        ("https://münze.example:1", Address("https", "münze.example", 1)),
        ("https://[2001:db8::1]:5000/", Address("https", "2001:db8::1", 5000)),
        ("fedimint://guardian.example", Address("fedimint", "guardian.example", None)),
    ],
)
def test_a_url_tells_scheme_host_and_port(url, address):
    assert address_of(url) == address


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        7,
        {"url": "https://a.example"},
        "app-url.nodana.app:8000",
        "https://",
        "https://:8000",
        "https://a.example:99999",
        "https://a.example:port",
        "https://[2001:db8::1",
        "https://[fe80::1%{{ 7 }}]",
        "https://{{ lookup('pipe','id') }}.example",
        "https://a,b.example",
        "https://!a.example",
        "https://-oProxyCommand.example",
        "https://a b.example",
    ],
)
def test_a_url_whose_host_cannot_name_one_is_none(url):
    assert address_of(url) is None
