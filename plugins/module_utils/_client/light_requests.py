# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Import requests without the libraries with which it guesses the encoding of a text."""

from __future__ import annotations

import sys
import warnings

_DETECTORS = ("chardet", "charset_normalizer")


def import_requests() -> None:
    """Import requests without the libraries that guess encodings. Do nothing if it cannot be imported like this.

    Responses of the API are JSON, so nothing is guessed. These libraries take a third of the time of the import. Only
    a module may call this: Ansible runs it in a process of its own.
    """
    absent = [name for name in (*_DETECTORS, "requests") if name not in sys.modules]
    if "requests" not in absent:
        return
    hidden = [name for name in absent if name != "requests"]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes an import fail
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # requests warns that it cannot guess encodings
            import requests  # noqa: F401
    except Exception:  # requests 2.26 raises no ImportError
        for name in [name for name in sys.modules if name.partition(".")[0] == "requests"]:
            del sys.modules[name]
    finally:
        for name in hidden:
            del sys.modules[name]
