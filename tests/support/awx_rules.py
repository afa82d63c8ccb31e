# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWX 24 accepts credential types, surveys and schedules. Each function returns the errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft4Validator

Record = Mapping[str, Any]

NAME = "^[a-zA-Z_][a-zA-Z0-9_]*$"
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "id": {"type": "string", "pattern": NAME},
                    "label": {"type": "string"},
                    "help_text": {"type": "string"},
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "items": {"type": "string"}, "uniqueItems": True},
                    "multiline": {"type": "boolean"},
                    "secret": {"type": "boolean"},
                    "default": {"type": ["string", "boolean"]},
                },
            },
        },
    },
}
INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "env": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {NAME: {"type": "string", "pattern": "^[\x00-\x7f]*$"}},
        },
        "extra_vars": {"type": "object"},
        "file": {"type": "object"},
    },
}
REFUSED_VARIABLES = ("PATH", "PYTHONPATH", "VIRTUAL_ENV")
QUESTION_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "textarea": (str,),
    "password": (str,),
    "multiplechoice": (str,),
    "multiselect": (list, str),
    "integer": (int,),
    "float": (int, float),
}
PLAYBOOK_LINE = re.compile(r"^\s*?-?\s*?(?:hosts|(?:ansible\.builtin\.)?(?:include|import_playbook)):", re.MULTILINE)


def credential_type_errors(body: Record) -> Iterator[str]:
    """Check a credential type: the schema of its inputs and injectors, and the fields in the templates."""
    if body["kind"] not in ("cloud", "net"):
        yield "the kind must be cloud or net"
    for schema, name in ((INPUTS, "inputs"), (INJECTORS, "injectors")):
        yield from (error.message for error in Draft4Validator(schema).iter_errors(body[name]))
    fields = [field["id"] for field in body["inputs"]["fields"]]
    if len(set(fields)) < len(fields) or "tower" in fields:
        yield "a field is not unique or is reserved"
    yield from (f"unknown field {name}" for name in body["inputs"].get("required", []) if name not in fields)
    for variable, template in body["injectors"].get("env", {}).items():
        if variable.startswith("ANSIBLE_") or variable in REFUSED_VARIABLES:
            yield f"{variable} is refused"
        try:
            injected(template, dict.fromkeys(fields, "value"), undefined=StrictUndefined)
        except TemplateError as error:
            yield str(error)


def injected(template: str, inputs: Record, **options: Any) -> str:
    """Return what AWX injects for the inputs of a credential. Empty inputs are undefined in the template."""
    filled = {name: value for name, value in inputs.items() if value != ""}
    return ImmutableSandboxedEnvironment(**options).from_string(template).render(filled)


def survey_errors(survey: Record) -> Iterator[str]:
    """Check a survey as AWX does when it stores it."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(name), kind):
            yield f"{name} is missing or has the wrong type"
    for question in survey["spec"]:
        yield from (f"{question['variable']}: {error}" for error in _question_errors(question))
    variables = [question["variable"] for question in survey["spec"]]
    if not variables or len(set(variables)) < len(variables):
        yield "there is no question, or a variable is not unique"


def _question_errors(question: Record) -> Iterator[str]:
    kind = QUESTION_TYPES.get(question["type"])
    if kind is None or not all(isinstance(question[name], str) for name in ("question_name", "variable")):
        yield "the type is unknown, or a text is missing"
        return
    if not isinstance(question["required"], bool):
        yield "required must be true or false"
    for limit in ("min", "max"):
        number = question.get(limit)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            yield f"{limit} must be an integer"
    default = question.get("default", "")
    if default != "":
        if not isinstance(default, kind):
            yield "the default has the wrong type"
        yield from answer_errors(question, default)


def answer_errors(question: Record, answer: Any) -> Iterator[str]:
    """Check what a question is answered with, as AWX does before each launch."""
    least, most = question.get("min"), question.get("max")
    if not isinstance(answer, QUESTION_TYPES[question["type"]]) or isinstance(answer, bool):
        yield f"{answer!r} has the wrong type"
    elif question["type"] == "multiplechoice":
        if answer not in question["choices"]:
            yield f"{answer} is not a choice"
    else:
        size = len(answer) if isinstance(answer, str) else answer
        if (least is not None and size < least) or (most is not None and size > most):
            yield f"{answer!r} is too small or too large"


def launch_errors(survey: Record, answers: Record) -> Iterator[str]:
    """Check the variables of a launch, a schedule or a workflow node. All other questions get their default."""
    questions = {question["variable"]: question for question in survey["spec"]}
    yield from (f"{name} is not a question" for name in answers if name not in questions)
    for name, question in questions.items():
        if name in answers:
            yield from answer_errors(question, answers[name])
        elif question["required"]:
            yield f"{name} is not answered"


def launched(survey: Record, answers: Record) -> dict[str, Any]:
    """Return the variables of a job. AWX leaves out a default that is not a valid answer."""
    variables = {
        question["variable"]: question["default"]
        for question in survey["spec"]
        if question.get("default") is not None and not list(answer_errors(question, question["default"]))
    }
    return {**variables, **answers}


class _Unsafe(yaml.SafeDumper):
    """Writes every text, also the name of a variable, so that Ansible executes no template in it."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def extra_vars(variables: Record) -> str:
    """Return the file of extra variables that AWX writes for a job."""
    return "".join(
        yaml.dump({name: value}, Dumper=_Unsafe, default_flow_style=False) for name, value in variables.items()
    )


def rrule_errors(rrule: str) -> Iterator[str]:
    """Check the rule of a schedule: one start with a time zone, and an interval."""
    starts = re.findall(r"DTSTART(?:;TZID=[^:]+)?:\d{8}T\d{6}Z?", rrule)
    if len(starts) != 1 or not (starts[0].endswith("Z") or "TZID=" in starts[0]):
        yield "there must be one DTSTART, with a time zone"
    rules = re.findall(r"RRULE:\S+", rrule)
    if not rules or not all("INTERVAL=" in rule and "SECONDLY" not in rule for rule in rules):
        yield "each rule needs an INTERVAL"


def listed_playbooks(project: Path) -> list[str]:
    """Return the playbooks that AWX finds in a project."""
    files = [path.relative_to(project) for path in sorted(project.rglob("*.yml"))]
    return [
        str(file)
        for file in files
        if "tasks" not in file.parts and PLAYBOOK_LINE.search((project / file).read_text(encoding="utf-8"))
    ]
