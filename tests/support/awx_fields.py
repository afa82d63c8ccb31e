# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of AWX that its small stand-in has."""

from __future__ import annotations

from typing import Any

# The fields of each kind of object that a request may set, with the value that AWX gives them otherwise.
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": {"name": "", "description": ""},
    "credential_types": {"name": "", "description": "", "kind": "", "inputs": {}, "injectors": {}, "managed": False},
    "credentials": {"name": "", "description": "", "organization": None, "credential_type": None, "inputs": {}},
    "execution_environments": {"name": "", "description": "", "organization": None, "image": "", "pull": ""},
    "instance_groups": {
        "name": "",
        "max_concurrent_jobs": 0,
        "is_container_group": False,
        "policy_instance_list": [],
        "pod_spec_override": "",
    },
    "projects": {
        "name": "",
        "description": "",
        "organization": None,
        "scm_type": "",
        "scm_url": "",
        "credential": None,
    },
    "inventories": {
        "name": "",
        "description": "",
        "organization": None,
        "kind": "",
        "host_filter": None,
        "prevent_instance_group_fallback": False,
    },
    "inventory_sources": {
        "name": "",
        "inventory": None,
        "source": "",
        "source_project": None,
        "source_path": "",
        "credential": None,
        "execution_environment": None,
        "overwrite": False,
        "update_on_launch": False,
        "update_cache_timeout": 0,
    },
    "hosts": {"name": "", "inventory": None, "variables": ""},
    "job_templates": {
        "name": "",
        "description": "",
        "organization": None,
        "job_type": "run",
        "ask_job_type_on_launch": False,
        "project": None,
        "playbook": "",
        "inventory": None,
        "execution_environment": None,
        "prevent_instance_group_fallback": False,
        "allow_simultaneous": False,
        "survey_enabled": False,
    },
    "schedules": {
        "name": "",
        "description": "",
        "unified_job_template": None,
        "rrule": "",
        "extra_data": {},
        "enabled": True,
    },
}
# A field with the name of another kind of object holds the id of such an object.
REFERENCES = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "credential": "credentials",
    "execution_environment": "execution_environments",
    "project": "projects",
    "source_project": "projects",
    "inventory": "inventories",
    "unified_job_template": "job_templates",
}
