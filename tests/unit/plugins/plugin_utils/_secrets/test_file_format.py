# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import AppSecrets
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.file_format import (
    checksum,
    content_of,
    from_yaml,
    name_of,
    to_yaml,
)
from hypothesis import example, given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec=None, exclude_categories=[]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)
APP = AppSecrets(
    app_id="app-1",
    project_id="prj-1",
    template="phoenixd",
    url="https://a.example:9740",
    created_at="2026-11-23T17:00:00Z",
    api_url="https://api.nodana.io/v1",
    secrets={"seed": "abandon abandon about", "password": "0123"},
    receipt="/state/1.receipt",
)


@given(st.dictionaries(TEXT, VALUES))
def test_every_secret_comes_out_of_the_file_as_it_went_in(secrets):
    content = content_of(replace(APP, secrets=secrets))
    read = from_yaml(to_yaml(content))
    assert read == content
    assert read["secrets"] == secrets


@pytest.mark.parametrize(
    "secret",
    [
        "seed words",
        " led ",
        "two\nlines\n",
        "{{ 6 * 7 }}",
        "grün 🔑 e\u0301",
        "no",
        "0123",
        "2026-11-23",
        "'\"\\",
        "",
        "\x85\u2028",
    ],
)
def test_any_yaml_reader_finds_the_same_secret(secret):
    text = to_yaml(content_of(replace(APP, secrets={"seed": secret})))
    assert yaml.safe_load(text)["secrets"] == {"seed": secret}
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["secrets"] == {"seed": secret}


def test_the_file_reads_well():
    assert to_yaml(content_of(APP)).decode() == (
        "---\n"
        'app_id: "app-1"\n'
        'project_id: "prj-1"\n'
        'template: "phoenixd"\n'
        'url: "https://a.example:9740"\n'
        'created_at: "2026-11-23T17:00:00Z"\n'
        'api_url: "https://api.nodana.io/v1"\n'
        "secrets:\n"
        '  seed: "abandon abandon about"\n'
        '  password: "0123"\n'
    )


def test_the_checksum_is_that_of_the_text():
    content = content_of(APP)
    assert checksum(content) == hashlib.sha256(to_yaml(content)).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"- 1",
        b"secrets: {}",
        b"app_id: a",
        b"app_id: a\nsecrets: x",
        b"\xff\xfe\xff",
        b"a: [",
        b"a: !!python/none x",
    ],
)
def test_what_is_no_secrets_file_is_refused_without_repeating_it(text):
    with pytest.raises(ValueError, match=r"^it is not a secrets file of an app$") as refused:
        from_yaml(text)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_file_is_named_for_template_and_id():
    assert name_of("phoenixd", "app-1234") == "phoenixd-app-1234.yml"


@given(TEXT, TEXT)
def test_no_name_leads_out_of_the_folder_or_is_too_long(template, app_id):
    name = name_of(template, app_id)
    assert "/" not in name
    assert "\0" not in name
    assert not name.startswith(".")
    assert len(name.encode()) <= 210


@pytest.mark.parametrize("app_id", ["../../etc/passwd", "a/b", "x" * 300, "..", "~", "grün"])
def test_other_ids_get_other_names(app_id):
    assert len({name_of("phoenixd", app_id), name_of("phoenixd", app_id + "x"), name_of("phoenixd", "x")}) == 3


@given(st.binary() | st.text().map(str.encode))
@example(b"!!bool x")
@example(b"!!int ''")
@example(b"!!timestamp x")
@example(b"2026-99-99")
@example(b"!!float 1e")
@example(b"? [1]\n: 2")
@example(b"[" * 5000)
@example(b"{a: {}" * 5000)
def test_a_text_that_is_no_secrets_file_is_refused_and_not_repeated(text):
    with pytest.raises(ValueError, match="^it is not a secrets file of an app$"):
        from_yaml(text)
