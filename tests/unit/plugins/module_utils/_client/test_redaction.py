# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials are recognized and kept out of texts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.create_response import split_fields
from ansible_collections.nodana.cloud.plugins.module_utils._client.redaction import HIDDEN, credentials, masked, without
from hypothesis import given
from hypothesis import strategies as st

NAMES = [
    "password",
    "adminPassword",
    "PASSWORD",
    "db_pass",
    "passwd",
    "passphrase",
    "mint_lnd_macaroon",
    "macaroon_hex",
    "secret",
    "webhookSecret",
    "client_secret_2",
    "api_token",
    "tokens",
    "seed",
    "seed_phrase",
    "mnemonic",
    "credentials",
    "private_key",
    "privkey",
    "api_key",
    "apiKey",
    "api-key",
    "key",
    "basic_auth",
    "rune",
]
PLAIN = [
    "auto_liquidity",
    "mint_name",
    "mint_description",
    "mint_lnd_rest_url",
    "webhook",
    "network",
    "compass_x",
    "keys_of",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_credentials_are_known(name: str) -> None:
    assert list(credentials({name: "value"})) == ["value"]
    assert list(credentials({name: ["one", {"inner": "two"}]})) == ["one", "two"]
    assert list(credentials({"outer": {name: "value"}})) == ["value"]


@pytest.mark.parametrize("name", PLAIN)
def test_other_names_are_not(name: str) -> None:
    assert list(credentials({name: "value"})) == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://user:hunter2@shop.example/hook", ["hunter2"]),
        ("https://t0k3n@shop.example/hook", ["t0k3n"]),
        ("https://shop.example/hook?token=t0k3n&shop=1&api_key=k3y", ["t0k3n", "k3y"]),
        ("https://shop.example/hook?token=", []),
        ("https://shop.example/hook?shop=1#x", []),
        ("https://[", []),
        ("nothing of that kind", []),
    ],
)
def test_credentials_within_urls_are_known(url: str, found: list[str]) -> None:
    assert list(credentials({"webhook": url})) == found


@pytest.mark.parametrize(("value", "found"), [(123456, ["123456"]), (1.5, ["1.5"]), (True, []), (None, []), ("", [])])
def test_numbers_are_credentials_too(value: Any, found: list[str]) -> None:
    assert list(credentials({"password": value})) == found
    assert list(credentials({"plain": value})) == []


@pytest.mark.parametrize("nothing", [None, {}, [], "", "text"])
def test_nothing_holds_none(nothing: Any) -> None:
    assert list(credentials(nothing)) == []


def test_the_longest_is_cut_out_first() -> None:
    assert without("abcdef abc", {"abc", "abcdef"}) == f"{HIDDEN} {HIDDEN}"


def test_a_quoted_form_is_cut_out_as_well() -> None:
    secret = "line one\nline 'two'"
    assert "line" not in without(f"{{'key': {secret!r}}} {secret}", {secret})


words = st.text(st.characters(exclude_characters="*"), min_size=1, max_size=5)


@given(hidden=st.sets(words, max_size=3), parts=st.lists(words, max_size=4))
def test_no_hidden_text_is_left(hidden: set[str], parts: list[str]) -> None:
    left = without("".join(part + secret for part in parts for secret in hidden), hidden)
    assert [secret for secret in hidden if secret in left] == []


def test_masking_keeps_the_shape_and_leaves_the_original_alone() -> None:
    params = {"token": "t0k3n", "pin": 1234, "list": ["t0k3n x", None, True], "name": "n"}
    assert masked(params, {"t0k3n", "1234"}) == {
        "token": HIDDEN,
        "pin": HIDDEN,
        "list": [f"{HIDDEN} x", None, True],
        "name": "n",
    }
    assert params["token"] == "t0k3n"


@given(st.dictionaries(st.sampled_from(["id", "projectId", "url", "seed", "password", "x", "status"]), st.text()))
def test_a_create_answer_is_secret_but_for_three_fields_and_loses_none(answer: dict[str, str]) -> None:
    public, secret = split_fields(answer)
    assert set(public) <= {"id", "projectId", "url"}
    assert not set(secret) & {"id", "projectId", "url"}
    assert {**public, **secret} == answer
