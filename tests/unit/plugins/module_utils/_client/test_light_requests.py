# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module imports requests without the libraries that guess encodings, each test in a new process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import light_requests

SOURCE = Path(light_requests.__file__)


def printed(program: str, folder: Path) -> list[str]:
    """Run a program after the import of requests, with modules from a folder. Warnings are errors."""
    start = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(SOURCE.parent)!r}]; import light_requests"
    command = [sys.executable, "-W", "error", "-c", f"{start}; light_requests.import_requests(); {program}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_requests_is_imported_without_them_and_they_can_be_imported_later(tmp_path: Path) -> None:
    guessers = "sorted({'chardet', 'charset_normalizer'} & set(sys.modules))"
    assert printed(f"print('requests' in sys.modules, {guessers})", tmp_path) == ["True", "[]"]
    (tmp_path / "chardet.py").touch()
    assert printed(f"import chardet; print({guessers})", tmp_path) == ["['chardet']"]


def test_a_text_without_an_encoding_can_be_read(tmp_path: Path) -> None:
    program = (
        "import requests; answer = requests.Response(); answer._content = b'w\\xc3\\xb6'; print(ascii(answer.text))"
    )
    assert printed(program, tmp_path) == [ascii("w\xf6")]


def test_parts_of_requests_are_imported_again_if_it_needs_them(tmp_path: Path) -> None:
    package = tmp_path / "requests"
    package.mkdir()
    needs_them = "import sys\nfrom . import exceptions\nif not sys.modules.get('chardet', True): raise Exception\n"
    (package / "__init__.py").write_text(needs_them, encoding="utf-8")
    (package / "exceptions.py").touch()
    assert printed("import requests; print(hasattr(requests, 'exceptions'))", tmp_path) == ["True"]


@pytest.mark.parametrize("present", [True, False])
def test_requests_that_needs_them_or_is_missing_is_left_to_the_normal_import(tmp_path: Path, present: bool) -> None:
    (tmp_path / "chardet.py").touch()
    (tmp_path / "requests.py").write_text("import chardet" if present else "raise ImportError", encoding="utf-8")
    again = "import requests" if present else "requests = None"
    assert printed(f"print('requests' in sys.modules); {again}; print(bool(requests))", tmp_path) == [
        "False",
        str(present),
    ]
