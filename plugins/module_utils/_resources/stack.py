# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a project with all its apps to the wanted state, in steps.

The project is read once for all apps, and all steps are planned before the first one is done. So a fault in the options
is found before anything changes, and after a failure the result lists which steps were done and which were not.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from functools import partial

from .._client import records
from .._client.api import list_apps
from .._context import ModuleContext
from .._errors import Conflict, Invalid, NotFound
from .._protocol import PendingApp, Record
from .app import bring_app, delete_app, recover_unfinished, wait_for_pending
from .app_report import AppReport
from .app_spec import AppSpec, check_name
from .project import NAME_ADVICE, Content, create_project, delete_project, looks_like_id, read_content
from .steps import Step, Steps

_VERBS = {"started": "start", "stopped": "stop"}


def ensure_stack(context: ModuleContext) -> None:
    """Bring a project and its apps to the wanted state, for the module ``nodana_stack``."""
    stack = _Stack(context, _specs(context.options))
    calls = context.api.traffic.calls
    (stack.remove if context.options["state"] == "absent" else stack.build)()
    context.report_requests(calls)


class _Stack:
    """The specs of the wanted apps, the existing apps, and the steps that bring them to the wanted state."""

    def __init__(self, context: ModuleContext, specs: list[AppSpec]) -> None:
        self._context = context
        self._specs = specs
        self._report = AppReport(context.result, many=True)
        self._steps = Steps(context.result)
        self._project: Record | None = None
        self._apps: list[Record] = []
        self._awaited: list[PendingApp | None] = []
        self._missing = 0

    def build(self) -> None:
        """Create missing apps, bring existing apps to their states, and wait for all of them.

        Only the creations need the creation lock. Bringing apps to their states may take long, so the lock is released
        before that.
        """
        with self._one_at_a_time("building a stack"):
            content = self._read()
            self._recover(content)
            self._report_surplus()
            creations = self._creations(content)
            states = [
                Step(f"{_VERBS[spec.state]} {_name(app)}", partial(self._bring, app, spec.state))
                for spec in self._specs
                for app in self._of(spec)
                if spec.state != "present"
            ]
            there = [app for spec in self._specs for app in self._of(spec) if spec.state == "present"]
            self._steps.plan(*creations, *states)
            self._steps.run(len(creations))
        self._steps.run()
        self._awaited += [bring_app(self._context, self._report, app, "present") for app in there]
        wait_for_pending(self._context, self._report, self._awaited)

    def remove(self) -> None:
        """Delete the listed apps and then the project. If an app cannot be deleted, the others still are.

        Raises Conflict before any deletion if the project would not be empty then.
        """
        with self._one_at_a_time("deleting a stack"):
            content = self._read()
            recover_unfinished(self._context, self._apps)
            if self._project is None:
                return
            self._refuse_others(content)
            deletions = [Step(f"delete {_name(app)}", partial(self._delete, app)) for app in self._apps]
            name = self._project["name"] or self._project["id"]
            self._steps.plan(*deletions, Step(f"delete the project {name}", self._delete_project))
            self._steps.run(len(deletions), independent=True)
            self._steps.run()

    def _one_at_a_time(self, purpose: str) -> AbstractContextManager[None]:
        return contextlib.nullcontext() if self._context.check_mode else self._context.creations.one_at_a_time(purpose)

    def _read(self) -> Content:
        """Read the project and its apps, and report them."""
        content = read_content(self._context.catalog, self._context.options["project"])
        self._project = content.project
        self._apps = [app for spec in self._specs for app in content.apps if app["template"] == spec.template]
        if content.project:
            self._report.project(content.project, content.project)
        for app in self._apps:
            self._report.found(app)
        return content

    def _of(self, spec: AppSpec) -> list[Record]:
        return [app for app in self._apps if app["template"] == spec.template]

    def _recover(self, content: Content) -> None:
        """Recover unfinished creations of earlier runs, before an app is created or reported as ok."""
        project_id = self._project["id"] if self._project else ""
        creating = [spec.template for spec in self._specs if spec.creates and self._project]
        list_again = partial(list_apps, self._context.catalog, project_id)
        templates = [spec.template for spec in self._specs]

        def uses(app: Record) -> bool:
            return app["template"] in templates

        recover_unfinished(self._context, content.apps, creating, project_id, list_again, uses)

    def _report_surplus(self) -> None:
        """Report the templates that have more apps than the spec wants.

        Raises Conflict if the spec wants a state other than present for some of them, because none is ever picked.
        """
        surplus = {spec.template: len(self._of(spec)) - spec.count for spec in self._specs}
        self._context.result.values["surplus"] = {name: more for name, more in surplus.items() if more > 0}
        for spec in self._specs:
            if spec.state != "present" and surplus[spec.template] > 0:
                raise Conflict(
                    f"The project has {len(self._of(spec))} {spec.template} apps, but {spec.count} must be "
                    f"{spec.state}: {', '.join(app['id'] for app in self._of(spec))}",
                    advice="Set count to the number of apps, or use nodana_app with the id of an app.",
                )

    def _creations(self, content: Content) -> list[Step]:
        """Return the steps that create missing apps and a missing project.

        Raises Invalid if there is no destination for secrets, and NotFound if something missing may not be created.
        """
        missing = [spec for spec in self._specs for _number in range(spec.count - len(self._of(spec)))]
        self._missing = len(missing)
        for spec in missing:
            if not spec.creates:
                raise NotFound(
                    f"The project has fewer {spec.template} apps than must be {spec.state}",
                    advice="No app is created in state stopped, because a stopped app is billed as well.",
                )
        if missing:
            from .app_create import check_secrets_destination

            for template in dict.fromkeys(spec.template for spec in missing):
                check_secrets_destination(self._context, template)
        create = partial(self._create, content.apps)
        steps = [Step(f"create {spec.template}", partial(create, spec)) for spec in missing]
        if self._project is None:
            name = self._context.options["project"]
            if looks_like_id(name):
                raise NotFound(f"The project {name} does not exist", advice=NAME_ADVICE)
            steps.insert(0, Step(f"create the project {name}", partial(self._create_project, name, content.projects)))
        return steps

    def _create_project(self, name: str, projects: list[Record]) -> str:
        predicted = records.project({"name": name, "deleted": False})
        if self._context.check_mode:
            self._context.result.foreseen += 1
        self._project = predicted if self._context.check_mode else create_project(self._context, name, projects)
        self._report.project({}, self._project)
        return self._project["id"] or ""

    def _create(self, there: list[Record], spec: AppSpec) -> str:
        project_id = self._project["id"] if self._project else None
        from .app_create import create_app

        made = create_app(self._context, self._report, spec, project_id, [*there, *self._apps])
        self._apps.append(made.app)
        self._awaited.append(made)
        if not self._context.check_mode:
            self._context.progress(f"created {len(self._awaited)} of {self._missing} apps")
        return made.app["id"] or ""

    def _bring(self, app: Record, state: str) -> str | None:
        self._awaited.append(bring_app(self._context, self._report, app, state))
        return "" if self._report.has_changed(app) else None

    def _refuse_others(self, content: Content) -> None:
        """Check that the project is empty after the deletion of the listed apps. Raises Conflict."""
        others = [app for app in content.apps if app not in self._apps]
        others += [app for spec in self._specs for app in self._of(spec) if len(self._of(spec)) > spec.count]
        if others:
            raise Conflict(
                f"The project {content.project and content.project['id']} contains more apps than are listed: "
                f"{', '.join(map(_name, others))}",
                advice="Nothing was deleted. Add these apps to the option apps, or delete them with nodana_app.",
            )

    def _delete(self, app: Record) -> str:
        delete_app(self._context, self._report, app)
        return ""

    def _delete_project(self) -> str:
        project = self._project or {}
        self._context.write(delete_project, self._context, project["id"])
        self._report.project(project, {})
        return ""


def _specs(options: Record) -> list[AppSpec]:
    """Return the app specs of valid options. Raises Invalid; the check needs no request."""
    check_name(options["project"], "project")
    specs = [
        AppSpec(entry["template"], entry["params"] or {}, entry["count"], entry["state"])
        for entry in options["apps"] or []
    ]
    for spec in specs:
        spec.validate()
        if [other.template for other in specs].count(spec.template) > 1:
            raise Invalid(
                f"The template {spec.template} is listed twice",
                advice="Set count for several apps of one template, or use another project.",
            )
    if options["state"] == "absent" and not options["delete_apps"]:
        raise Invalid(
            "state: absent permanently deletes apps and the money in them",
            advice="Move the money away, and set delete_apps: true.",
        )
    return specs


def _name(app: Record) -> str:
    return f"{app['id']} ({app['template']})"
