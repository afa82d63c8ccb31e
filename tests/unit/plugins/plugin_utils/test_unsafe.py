# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert, plain, template

TEMPLATES = [
    "{{ 6 * 7 }}",
    "before {{ 6 * 7 }} after",
    "{% if true %}42{% endif %}",
    "{# 42 #}",
    "{",
    "}}",
    "#jinja2:variable_start_string:'[[', variable_end_string:']]'\n[[ 6 * 7 ]]",
]


def templated(value):
    """Return the value that a task gets for a host variable with this value."""
    return Templar(loader=DataLoader(), variables={"given": value}).template(template("{{ given }}"))


@pytest.mark.parametrize("text", TEMPLATES)
def test_what_could_be_a_template_is_data(text):
    assert templated(inert(text)) == text


@pytest.mark.parametrize("text", TEMPLATES)
def test_what_could_be_a_template_is_data_inside_of_lists_and_dicts(text):
    assert templated(inert({"a": [text]})) == {"a": [text]}


@pytest.mark.parametrize("value", ["shop", "", "a 'b' \"c\"\n\té", "1", 1, 0.000233, None, True])
def test_other_values_stay_what_they_are(value):
    assert templated(inert(value)) == value
    assert type(templated(inert(value))) is type(value) or isinstance(value, str)


def test_a_template_of_our_own_is_templated():
    assert templated(template("{{ 6 * 7 }}")) in (42, "42")


@pytest.mark.parametrize("text", ["shop", *TEMPLATES])
def test_a_plain_value_is_templated_as_before(text):
    assert templated(plain(template(text))) == templated(template(text))
    assert templated(plain(inert(text))) == text
