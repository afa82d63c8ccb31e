# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs that modules, action plugins and tests share."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ._client.connection import DEFAULT_URL, origin_url

_URL_VARIABLES = ["NODANA_API_URL", "NODANA_API_BASE_URL"]
CONNECTION_OPTIONS: dict[str, dict[str, Any]] = {
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["NODANA_API_KEY"])},
    "api_url": {
        "type": "str",
        "default": DEFAULT_URL,
        "fallback": (env_fallback, _URL_VARIABLES),
    },
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "request_timeout": {"type": "float", "default": 30.0},
    "retry_timeout": {"type": "float", "default": 120.0},
    "request_interval": {"type": "float", "default": 1.0},
    "nodes_api_key": {"type": "str", "no_log": True},  # only for nodes, but all modules of the action group accept it
}


def _origin_fallback(*names: str) -> str:
    """Return the base URL from NODANA_API_ORIGIN, or the value of the first of the other variables that is set."""
    return origin_url() or str(env_fallback(*names))


NODES_CONNECTION_OPTIONS: dict[str, dict[str, Any]] = {
    "api_url": {**CONNECTION_OPTIONS["api_url"], "fallback": (_origin_fallback, _URL_VARIABLES)},
    "nodes_api_key": {**CONNECTION_OPTIONS["nodes_api_key"], "fallback": (env_fallback, ["NODANA_NODES_API_KEY"])},
}
"""The connection options whose environment variables are only for nodes."""

NEW_NODE_OPTIONS: dict[str, dict[str, Any]] = {
    "auto_liquidity": {"type": "str", "choices": ["2m", "5m", "10m"], "default": "2m"},
    "access_mode": {"type": "str", "choices": ["limited", "full"], "default": "limited"},
}
"""The options that are used only to create a node."""
SECRETS_OPTIONS: dict[str, dict[str, Any]] = {
    "return_secrets": {"type": "bool", "default": False, "no_log": False},
    "secrets_dir": {"type": "path", "no_log": False},
    "secrets_vault_id": {"type": "str", "no_log": False},
    "secrets_encryption": {"type": "str", "choices": ["vault", "none"], "default": "vault", "no_log": False},
}

WAIT_OPTIONS: dict[str, dict[str, Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 300.0},
}
