# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the comparison with the keys and the URL of the environment."""

from __future__ import annotations

import os
import sys

from ...plugins.module_utils._errors import NodanaError
from .probe import Probe
from .run import run


def main() -> int:
    """Compare the API with its descriptions and return the exit code. The argument is the template of a new app."""
    variables = os.environ
    url = variables.get("NODANA_API_URL") or variables.get("NODANA_API_BASE_URL")
    try:
        probe = Probe(url, variables.get("NODANA_API_KEY"), variables.get("NODANA_NODES_API_KEY"))
    except NodanaError as error:
        sys.exit(str(error))
    template = sys.argv[1] if len(sys.argv) > 1 else None
    if template:
        print(
            f"This creates one {template} app at {probe.api_url}, which is billed until it is deleted a minute later."
        )
        if input("Create it? Enter yes: ") != "yes":
            sys.exit("Nothing was created.")
    return run(probe, template)


if __name__ == "__main__":
    sys.exit(main())
