# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.masking import mask, maskable


def test_every_text_at_any_depth_is_masked():
    assert maskable({"seed": "twelve words", "more": [{"deep": "password1"}, 5, None, True]}) == [
        "twelve words",
        "password1",
    ]


def test_what_is_public_or_short_is_not_masked_for_it_stands_elsewhere_too():
    secrets = {"status": "starting", "kind": "phoenixd", "tiny": "abc", "seed": "twelve words"}
    assert maskable(secrets, ["https://phoenixd-1.example", "starting up", None]) == ["twelve words"]


def test_ansible_core_is_told_where_it_can_mask(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(masking, "register_secrets", told.extend)
    mask({"seed": "twelve words"}, ["app-1"])
    assert told == ["twelve words"]


@pytest.mark.parametrize("secrets", [{}, None, {"seed": "twelve words"}])
def test_an_ansible_core_that_cannot_mask_is_left_alone(monkeypatch, secrets):
    monkeypatch.setattr(masking, "register_secrets", None)
    mask(secrets)
