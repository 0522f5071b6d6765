"""The command, run in this process or as a program of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from federation.cli.main import add_commands, cli

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Return `run("tenants", "list", columns=80)`: the command's status and what it printed."""
    add_commands()

    def invoke(*words: str, columns: int = 160) -> Result:
        return CliRunner(env={"COLUMNS": str(columns)}).invoke(cli, list(words), prog_name="verbund")

    return invoke
