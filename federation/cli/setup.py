"""Django, started only by the commands that need it."""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tenants.actors import Actor, system_actor

P = ParamSpec("P")
R = TypeVar("R")


def with_django(command: Callable[P, R]) -> Callable[P, R]:
    """Set Django up before the command runs, with its messages in German."""

    @functools.wraps(command)
    def started(*args: P.args, **kwargs: P.kwargs) -> R:
        import django  # noqa: PLC0415 -- `verbund database prepare` and `--help` run without
        from django.utils import translation  # noqa: PLC0415

        django.setup()
        with translation.override("de"):
            return command(*args, **kwargs)

    return started


def command_actor() -> Actor:
    """Return who acts in a command: the system, named after the person who runs it."""
    return system_actor(f"verbund ({getpass.getuser()})")
