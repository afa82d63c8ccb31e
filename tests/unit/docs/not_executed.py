# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks that ``test_documented_blocks.py`` does not execute: those of other tests, and those without a test.

An entry is for all files and commands of a page that begin with a text. An empty text is for all of the page, and ``*``
is for all pages.
"""

from __future__ import annotations

GUIDES = "docs/docsite/rst/"
SIMULATOR = "tests/simulator/README.md"

ELSEWHERE = [
    (GUIDES + "guide_inventory.rst", "", "tests/unit/plugins/inventory/test_nodana_guide.py"),
    (GUIDES + "guide_secrets.rst", "- name: Create a phoenixd node and keep", "tests/unit/plugins/action"),
    (GUIDES + "guide_testing.rst", "# Test deploy.yml", "tests/unit/docs/test_guide_testing.py"),
    (GUIDES + "guide_testing.rst", "- name: Deploy the shop", "tests/unit/docs/test_guide_testing.py"),
    (GUIDES + "guide_testing.rst", '"""', "tests/unit/docs/test_guide_testing.py"),
    (GUIDES + "guide_testing.rst", "python3 -m tests.simulator", "tests/unit/docs/test_guide_testing.py"),
    (SIMULATOR, "python3 -m tests.simulator", "tests/unit/docs/test_guide_testing.py"),
    (SIMULATOR, "from simulator.handle", "tests/unit/docs/test_guide_testing.py"),
    (GUIDES + "guide_events.rst", "ansible-rulebook", "tests/rulebook/receiver.py"),
    (GUIDES + "guide_events.rst", "ansible-vault view", "tests/rulebook/receiver.py"),
    (GUIDES + "guide_events.rst", "echo", "tests/rulebook/receiver.py"),
    (GUIDES + "guide_events.rst", "- name: React to a payment", "tests/rulebook/receiver.py"),
    (GUIDES + "guide_events.rst", "- name: React to a cordoned app", "tests/rulebook/receiver.py"),
    (GUIDES + "guide_events.rst", "sources:", "tests/unit/extensions/test_guide_events.py"),
]
"""The page, the beginning, and the test or its folder, which reads the page."""

REFUSED = [
    (GUIDES + "guide_playbooks.rst", "ansible-playbook nodana.cloud.restore_check", "nodes were not listed"),
    (
        GUIDES + "guide_playbooks.rst",
        "ansible-playbook nodana.cloud.teardown",
        "nodana_delete_with_unknown_balance: true",
    ),
]
"""The page, the beginning of a command that refuses to work on the account of this page, and its message."""

NOT_EXECUTED = [
    ("*", "export NODANA_API_KEY=...", "a placeholder: the tests set a key of the simulated API"),
    ("*", "ansible-galaxy collection install", "needs Galaxy; the test sessions install the built collection"),
    ("*", "python3 dev.py", "a command of this repository, which runs these tests itself"),
    ("*", "collections:\n  - name: nodana.cloud", "needs Galaxy"),
    (GUIDES + "guide_awx.rst", "", "needs AWX, its database and administrators; tests/awx runs the playbook awx_setup"),
    (GUIDES + "guide_generations.rst", "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - name: Find", "pays"),
    (GUIDES + "guide_generations.rst", "ansible-playbook move.yml", "pays: the simulated API has no payments"),
    (GUIDES + "guide_playbooks.rst", "TASK [", "output, not input"),
    (GUIDES + "guide_playbooks.rst", "jq", "needs jq"),
    (
        GUIDES + "guide_secrets.rst",
        "- name: Read a field from the raw response",
        "no such field is in the simulated API",
    ),
    (GUIDES + "guide_secrets.rst", "- name: Store the secrets in HashiCorp", "the role's README has the same tasks"),
    (GUIDES + "guide_secrets.rst", "- name: Create a phoenixd node\n  nodana", "needs /var/lib/nodana of AWX's jobs"),
    (GUIDES + "guide_testing.rst", "cd ~", "ci.sh of this page does the same in the installed collection"),
    (GUIDES + "guide_testing.rst", "python3 -m pip", "ci.sh of this page does the same"),
    (SIMULATOR, "python3 -m pip", "ci.sh of the guide about testing does the same"),
    (GUIDES + "guide_events.rst", "caddy", "needs Caddy and a domain"),
    (GUIDES + "guide_events.rst", "curl", "needs a phoenixd on the internet"),
]
"""The page, the beginning, and the reason."""
