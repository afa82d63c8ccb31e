# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small part of the API of AWX: lists, objects, associations and surveys, with the rules that AWX applies to them.

It refuses fields that AWX does not have, which AWX itself ignores.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .awx_fields import FIELDS, REFERENCES
from .awx_rules import credential_type_errors, launch_errors, listed_playbooks, rrule_errors, survey_errors

Record = dict[str, Any]

TOKEN = "the-token-of-awx-0123456789"
HIDDEN = "$encrypted$"


class Refused(Exception):
    """The API refuses a request with this status and this body."""

    def __init__(self, status: int, body: Record) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


@dataclass
class Awx:
    """The state of a small AWX. ``writes`` contains the method and the path of each request that is not a GET."""

    project: Path
    instances: tuple[str, ...] = ("node-1", "node-2")
    objects: dict[str, list[Record]] = field(default_factory=lambda: {kind: [] for kind in FIELDS})
    related: dict[tuple[str, int, str], list[int]] = field(default_factory=dict)
    surveys: dict[int, Record] = field(default_factory=dict)
    writes: list[tuple[str, str]] = field(default_factory=list)
    requests: int = 0
    url: str = ""

    def __post_init__(self) -> None:
        vault = {
            "fields": [{"id": "vault_password", "secret": True}, {"id": "vault_id"}],
            "required": ["vault_password"],
        }
        self.add("organizations", {"name": "Default"})
        self.add("credential_types", {"name": "Vault", "kind": "vault", "inputs": vault, "managed": True})

    def add(self, kind: str, body: Record) -> Record:
        """Add an object without checks and return it."""
        made = {**json.loads(json.dumps(FIELDS[kind])), **body, "id": 1 + sum(map(len, self.objects.values()))}
        self.objects[kind].append(made)
        return made

    def named(self, kind: str, name: str) -> Record:
        """Return the only object of this kind with this name."""
        (found,) = [item for item in self.objects[kind] if item["name"] == name]
        return found

    def names(self, kind: str, number: int, relation: str) -> list[str]:
        """Return the names of the associated objects."""
        return [self.find(relation, other)["name"] for other in self.related.get((kind, number, relation), [])]

    def find(self, kind: str, number: int) -> Record:
        """Return the object with this id. Raises Refused if there is none."""
        for item in self.objects.get(kind, []):
            if item["id"] == number:
                return item
        raise Refused(404, {"detail": "Not found."})

    def respond(self, method: str, path: str, query: Record, body: Record) -> tuple[int, Any]:
        """Return the status and the body of the response."""
        self.requests += 1
        if method != "GET":
            self.writes.append((method, path))
        kind, *rest = path.removeprefix("/api/v2/").strip("/").split("/")
        if kind == "project_updates":
            return 200, {"status": "successful"}
        if kind == "unified_job_templates":
            kind = "job_templates"
        if kind not in FIELDS:
            raise Refused(404, {"detail": "Not found."})
        if not rest:
            return (201, self._create(kind, body)) if method == "POST" else (200, self._list(kind, query))
        item = self.find(kind, int(rest[0]))
        if rest[1:] == ["survey_spec"]:
            return self._survey(item["id"], method, body)
        if rest[1:]:
            return self._associate(kind, item["id"], rest[1], method, body)
        if method == "PATCH":
            self._check(kind, {**item, **body}, body, item)
            item.update(self._stored(kind, body, item))
        return 200, self._shown(kind, item)

    def _list(self, kind: str, query: Record) -> Record:
        both = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
        plain = {name: value for name, value in query.items() if not name.startswith("or__")}
        found = [
            self._shown(kind, item)
            for item in self.objects[kind]
            if all(str(item.get(name)) == value for name, value in plain.items())
            and (not both or any(str(item.get(name)) == value for name, value in both.items()))
        ]
        return {"count": len(found), "next": None, "results": found}

    def _create(self, kind: str, body: Record) -> Record:
        self._check(kind, {**FIELDS[kind], **body}, body, None)
        return self._shown(kind, self.add(kind, self._stored(kind, body, None)))

    def _stored(self, kind: str, body: Record, before: Record | None) -> Record:
        """Return what AWX stores: trimmed texts, nothing for null, and the old secret for its placeholder."""
        kept: Record = {name: value.strip() if isinstance(value, str) else value for name, value in body.items()}
        for name, value in kept.items():
            if value is None and isinstance(FIELDS[kind][name], str):
                kept[name] = ""
        if kind == "credentials" and before is not None and "inputs" in kept:
            old = before["inputs"]
            kept["inputs"] = {name: old[name] if value == HIDDEN else value for name, value in kept["inputs"].items()}
        return kept

    def _shown(self, kind: str, item: Record) -> Record:
        url = f"/api/v2/{kind}/{item['id']}/"
        shown = {**item, "type": kind.removesuffix("s"), "url": url, "related": {}, "summary_fields": {}}
        if kind == "credentials":
            shown["inputs"] = {
                name: HIDDEN if name in self._secret_fields(item) else value for name, value in item["inputs"].items()
            }
        if kind == "job_templates":
            shown["related"] = {"survey_spec": f"{url}survey_spec/"}
        if kind == "projects":
            shown.update(scm_revision="0123456789", summary_fields={"current_update": {"id": 1}})
        return shown

    def _secret_fields(self, credential: Record) -> list[str]:
        fields = self.find("credential_types", credential["credential_type"])["inputs"]["fields"]
        return [one["id"] for one in fields if one.get("secret")]

    def _check(self, kind: str, whole: Record, body: Record, before: Record | None) -> None:
        unknown = [name for name in body if name not in FIELDS[kind]]
        if unknown:
            raise Refused(400, {"detail": f"{kind} has no {unknown}"})
        for name, target in REFERENCES.items():
            if whole.get(name) is not None:
                self.find(target, whole[name])
        errors = list(getattr(self, f"_check_{kind}", lambda *_: ())(whole, before))
        if errors:
            raise Refused(400, {"__all__": errors})

    def _check_credential_types(self, whole: Record, before: Record | None) -> Iterator[str]:
        yield from credential_type_errors(whole)
        in_use = before and any(item["credential_type"] == before["id"] for item in self.objects["credentials"])
        if before and in_use and whole["inputs"] != before["inputs"]:
            raise Refused(403, {"detail": "Modifications to inputs are not allowed for types that are in use"})

    def _check_credentials(self, whole: Record, before: Record | None) -> Iterator[str]:
        inputs = self.find("credential_types", whole["credential_type"])["inputs"]
        known = [one["id"] for one in inputs["fields"]]
        yield from (f"unknown input {name}" for name in whole["inputs"] if name not in known)
        yield from (f"{name} is missing" for name in inputs["required"] if not whole["inputs"].get(name))
        if before is None and HIDDEN in whole["inputs"].values():
            yield f"{HIDDEN} is reserved"

    def _check_instance_groups(self, whole: Record, _before: Record | None) -> Iterator[str]:
        yield from (f"unknown instance {name}" for name in whole["policy_instance_list"] if name not in self.instances)
        if whole["is_container_group"] and whole["policy_instance_list"]:
            yield "a container group has no instances"

    def _check_inventory_sources(self, whole: Record, _before: Record | None) -> Iterator[str]:
        if whole["source"] != "scm" or whole["source_project"] is None:
            yield "this needs a project"

    def _check_job_templates(self, whole: Record, _before: Record | None) -> Iterator[str]:
        if whole["playbook"] not in listed_playbooks(self.project):
            yield "Playbook not found for project."
        if whole["inventory"] is None:
            yield "an inventory is required"

    def _check_schedules(self, whole: Record, _before: Record | None) -> Iterator[str]:
        yield from rrule_errors(whole["rrule"])
        yield from launch_errors(self.surveys[whole["unified_job_template"]], whole["extra_data"])

    def _survey(self, number: int, method: str, body: Record) -> tuple[int, Record]:
        if method == "GET":
            return 200, self.surveys.get(number, {})
        errors = list(survey_errors(body))
        if errors:
            raise Refused(400, {"error": errors})
        self.surveys[number] = body
        return 200, {}

    def _associate(self, kind: str, number: int, relation: str, method: str, body: Record) -> tuple[int, Record]:
        ids = self.related.setdefault((kind, number, relation), [])
        if method == "GET":
            return 200, {"count": len(ids), "next": None, "results": [{"id": one} for one in ids]}
        if body.get("disassociate"):
            ids.remove(body["id"])
        else:
            added = self.find(relation, body["id"])
            if relation == "credentials":
                types = [self.find(relation, one)["credential_type"] for one in ids]
                if added["credential_type"] in types:
                    raise Refused(400, {"error": "Cannot assign multiple credentials of the same type."})
            ids.append(body["id"])
        return 204, {}


@contextmanager
def running_awx(project: Path) -> Iterator[Awx]:
    """Serve a small AWX on a free port of the loopback interface. Its only project has the files of this folder."""
    awx = Awx(project)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or "{}") if length else {}
            try:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise Refused(401, {"detail": "Authentication credentials were not provided."})
                status, response = awx.respond(self.command, parts.path, dict(parse_qsl(parts.query)), body)
            except Refused as refused:
                status, response = refused.status, refused.body
            content = b"" if status == 204 else json.dumps(response).encode()
            self.send_response(status)
            for name, value in (("Name", "AWX"), ("Version", "24.6.1")):
                self.send_header(f"X-API-Product-{name}", value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PATCH = do_DELETE = do_GET

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        awx.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield awx
        finally:
            server.shutdown()
            thread.join()
