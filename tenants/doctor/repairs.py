"""Put right what the doctor has found and nobody needs to decide: each room repairs what is its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from tenants.actors import Actor
from tenants.doctor.finding import Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """What puts findings with these codes right. `carry_out` returns a sentence for each thing it did."""

    codes: frozenset[str]
    carry_out: Callable[[Actor], Sequence[str]]


_repairs: list[Repair] = []


def register_repair(codes: Collection[str], carry_out: Callable[[Actor], Sequence[str]]) -> None:
    """Let a room above repair what its check finds; called once, from its `AppConfig.ready()`."""
    _repairs.append(Repair(frozenset(codes), carry_out))


def repair(found: Iterable[Finding], *, actor: Actor) -> list[str]:
    """Carry out the repairs that the findings ask for, each once; return what was done, in sentences.

    Effects and errors are those of the repairs: ExternalTemporary where another server is away.
    """
    codes = {one.code for one in found}
    return [done for one in _repairs if one.codes & codes for done in one.carry_out(actor)]
