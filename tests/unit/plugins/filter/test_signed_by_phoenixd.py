# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.filter.signed_by_phoenixd import FilterModule
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking
from jinja2 import StrictUndefined, UndefinedError

signed = FilterModule().filters()["signed_by_phoenixd"]

SECRET = "an-example-secret-0123"
BODY = """{
    "type": "payment_received",
    "timestamp": 1795466050942,
    "amountSat": 21,
    "payerNote": "café"
}"""
SIGNATURE = "01822c44b173c603ea44b3ef29ec3432b4aac6c33d6e1f70d04025dab9f2b634"


def signature_of(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("body", [BODY, BODY.encode()])
@pytest.mark.parametrize("signature", [SIGNATURE, SIGNATURE.encode()])
@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()])
def test_a_signature_that_openssl_made_is_right_whatever_is_text_or_bytes(body, signature, secret):
    assert signed(body, signature, secret) is True


@pytest.mark.parametrize(
    "body",
    [b"", b"{}\n", b"\xff\x00 no UTF-8 \xe9", b"line\r\nend\r\n", b"\xef\xbb\xbf{}"],
)
def test_the_bytes_are_signed_whatever_they_are_and_also_as_ansible_reads_them_from_files(body):
    assert signed(body, signature_of(body), SECRET)
    assert signed(body.decode("utf-8", "surrogateescape"), signature_of(body), SECRET)


@pytest.mark.parametrize(
    "body",
    [BODY + "\n", BODY.replace("21", "22"), json.dumps(json.loads(BODY)), ""],
)
def test_another_body_is_not_signed(body):
    assert signed(body, SIGNATURE, SECRET) is False


@pytest.mark.parametrize(
    "signature",
    [
        "",
        SIGNATURE[:-1],
        SIGNATURE[:-1] + "0",
        SIGNATURE.upper(),
        "sha256=" + SIGNATURE,
        SIGNATURE + "\n",
        "é" * 64,
        b"\xff" * 64,
        signature_of(BODY.encode(), "another-secret"),
        signature_of(BODY.encode(), ""),
        hmac.new(SECRET.encode(), BODY.encode(), hashlib.sha1).hexdigest(),
        hashlib.sha256(BODY.encode()).hexdigest(),
    ],
)
def test_another_signature_is_wrong(signature):
    assert signed(BODY, signature, SECRET) is False


def test_nothing_but_the_comparison_in_constant_time_decides(monkeypatch):
    compared: list[tuple[bytes, bytes]] = []

    def compare(*digests):
        compared.append(digests)
        return "what it says"

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert signed(BODY, "anything", SECRET) == "what it says"
    assert compared == [(SIGNATURE.encode(), b"anything")]


def failure(body, signature, secret):
    with pytest.raises(AnsibleFilterError) as caught:
        signed(body, signature, secret)
    error: BaseException | None = caught.value
    assert isinstance(error, AnsibleFilterError)
    assert (error.__cause__, error.__context__) == (None, None)
    return str(error)


@pytest.mark.parametrize(("value", "kind"), [(None, "nothing"), (7, "int"), (True, "bool"), (1.5, "float")])
def test_other_types_are_named(value, kind):
    assert failure(value, SIGNATURE, SECRET) == (
        f"nodana.cloud.signed_by_phoenixd: the body must be text or bytes, not {kind}"
    )
    assert f"the signature must be text or bytes, not {kind}" in failure(BODY, value, SECRET)
    assert f"the secret must be text or bytes, not {kind}" in failure(BODY, SIGNATURE, value)


@pytest.mark.parametrize(("body", "kind"), [({"type": "payment_received"}, "dict"), (["payment_received"], "list")])
def test_a_parsed_body_is_explained(body, kind):
    said = failure(body, SIGNATURE, SECRET)
    assert f"the body must be text or bytes, not {kind}. It was parsed" in said
    assert "payment_received" not in said


@pytest.mark.parametrize("secret", ["", b""])
def test_an_empty_secret_is_refused(secret):
    assert "the secret is empty" in failure(BODY, signature_of(BODY.encode(), ""), secret)


def test_values_are_in_no_message():
    for arguments in [(7, SIGNATURE, SECRET), (BODY, 7, SECRET), (BODY, SIGNATURE, [SECRET]), ({"a": SECRET}, "", "b")]:
        said = failure(*arguments)
        assert not any(text in said for text in (SECRET, SIGNATURE, "21"))


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_variable_that_is_not_defined_is_named(position):
    arguments = [BODY, SIGNATURE, SECRET]
    arguments[position] = StrictUndefined(name="webhook")
    with pytest.raises(UndefinedError, match="'webhook' is undefined"):
        signed(*arguments)


@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()])
def test_the_secret_is_masked_where_ansible_core_can(monkeypatch, secret):
    told: list[str] = []
    monkeypatch.setattr(masking, "register_secrets", told.extend)
    signed(BODY, SIGNATURE, secret)
    assert told == [SECRET]
