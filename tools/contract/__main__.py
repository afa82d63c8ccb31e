# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the comparison with the keys and the URLs of the environment."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date

from ...plugins.module_utils._client.connection import (
    DEFAULT_URL,
    check_origin,
    checked_key,
    checked_url,
    origin_url,
)
from ...plugins.module_utils._client.transport import USER_AGENT
from ...plugins.module_utils._errors import Invalid, NodanaError
from .probe import Probe
from .report import Report

LEGEND = (
    "agrees: as described. differs: not as described. settles: the descriptions leave it open. "
    "The report contains no key, id, URL of an app or secret."
)


def main() -> int:
    """Compare the API with its descriptions and return the exit code. The argument is the template of a new app."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # so that a new app is deleted
        signal.signal(number, signal.default_int_handler)
    template = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        apps, nodes = probes()
    except NodanaError as error:
        sys.exit(str(error))
    if template:
        if not apps:
            sys.exit("An app can only be created with NODANA_API_KEY.")
        confirm(template, apps.api_url)
    urls = dict.fromkeys(probe.api_url for probe in (apps, nodes) if probe)
    print(f"{USER_AGENT.partition(' ')[0]} compared with {' and '.join(urls)} on {date.today()}\n{LEGEND}\n")
    try:
        return Report(apps, nodes, say, lambda text: print(text, file=sys.stderr, flush=True)).run(template)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def probes() -> tuple[Probe | None, Probe | None]:
    """Return the probes for projects and apps, and for nodes. Raises NodanaError if a value is invalid or missing."""
    variables = os.environ
    key, nodes_key = variables.get("NODANA_API_KEY"), variables.get("NODANA_NODES_API_KEY")
    if not key and not nodes_key:
        raise Invalid("The API key is missing", advice="Set NODANA_API_KEY, and NODANA_NODES_API_KEY if nodes need it.")
    url = nodes_url = checked_url(variables.get("NODANA_API_URL", variables.get("NODANA_API_BASE_URL", DEFAULT_URL)))
    origin = origin_url()
    if origin is not None:
        check_origin(origin)
        nodes_url = checked_url(origin)
    apps = Probe(url, checked_key(key)) if key else None
    return apps, Probe(nodes_url, checked_key(nodes_key or key))


def confirm(template: str, api_url: str) -> None:
    """Ask the user whether to create an app. Exit unless the user enters yes."""
    print(f"This creates a {template} app at {api_url}, which is billed until it is deleted, about a minute later.")
    try:
        agreed = input("Create it? Enter yes: ") == "yes"
    except EOFError:
        agreed = False
    if not agreed:
        sys.exit("Nothing was created.")


def say(text: str) -> None:
    """Print a line of the report at once."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
