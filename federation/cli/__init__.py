"""The command `verbund`: everything an operator does from a shell."""

from federation.cli.main import main

__all__ = ["main"]
