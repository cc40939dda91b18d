"""The README's commands name modules and options that exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.places import TRAIN

COMMANDS = re.findall(r"^python -m (medzoo_train[\w.]+)(.*)$", (TRAIN / "README.md").read_text(), flags=re.MULTILINE)


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize(("module", "arguments"), COMMANDS, ids=[module for module, _ in COMMANDS])
def test_a_command_of_the_readme_exists_with_its_options(module: str, arguments: str) -> None:
    part = re.match(r" ([a-z]+)", arguments)
    command = [sys.executable, "-m", module, *(part.groups() if part else ()), "--help"]
    shown = subprocess.run(command, cwd=TRAIN, capture_output=True, text=True, check=True)
    for option in re.findall(r"--[\w-]+", arguments):
        assert option in shown.stdout, f"{module} has no {option}"
