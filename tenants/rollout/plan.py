"""What a rollout does, as values that can be stored, shown and carried out again after a crash."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from tenants.provisioning.graph import Node

StepKind = Literal["schema", "data", "index"]
Direction = Literal["forwards", "backwards"]


@dataclass(frozen=True)
class Danger:
    """What a statement may do to a busy table; `tenants.rollout.texts` says it, and what to write instead."""

    code: str
    table: str


@dataclass(frozen=True)
class Statement:
    """One statement as Django made it in the rehearsal, with what it was seen to do there.

    `locks`: table → modes it took, beyond those that earlier statements of the transaction held. `rewrites`: tables
    that got new files. `milliseconds`: on empty tables. `makes`: the definition of the index that it builds
    concurrently, without the schema.
    """

    sql: str
    locks: dict[str, list[str]] = field(default_factory=dict)
    rewrites: list[str] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)
    milliseconds: float = 0.0
    makes: str = ""


@dataclass(frozen=True)
class Step:
    """What is done in one go in each tenant: a transaction of DDL, a data migration, or a concurrent index.

    `nodes` are recorded as applied (or taken out, backwards) at its end; the schema then is at `version`, whose state
    before was `before`. `new_tables` get the tenant's rights. `takes`: (table, column) of what its contract migrations
    take away, on the way back all; the column empty for a whole table. No process that reads it may be running then.
    """

    kind: StepKind
    nodes: list[Node]
    before: list[Node]
    version: str
    statements: list[Statement] = field(default_factory=list)
    new_tables: list[str] = field(default_factory=list)
    is_batched: bool = False
    takes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The tenants at one version, and their way to the target. `seconds_per_tenant` is an estimate.

    `touched`: the tables that are different at its end, those that come and go among them.
    """

    from_version: str
    direction: Direction
    tenants: list[str]
    steps: list[Step]
    seconds_per_tenant: float = 0.0
    touched: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refusal:
    """Why a plan can't be carried out as it is; `tenants.rollout.texts` says it. `data` fills the text's places."""

    migration: str
    code: str
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The whole: a group per version that tenants are at. `is_empty` when all are at the target already.

    `left_out`: tenants at a version that nobody knows here, which no plan can start from.
    """

    target: str
    groups: list[Group]
    refusals: list[Refusal] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.groups

    @property
    def tenants(self) -> int:
        """How many tenants it changes."""
        return sum(len(group.tenants) for group in self.groups)

    def ignoring_running(self) -> Plan:
        """Return the plan with its contract steps, or its way back, taken even from processes that run."""
        groups = [replace(group, steps=[replace(step, takes=[]) for step in group.steps]) for group in self.groups]
        return replace(self, groups=groups, refusals=[one for one in self.refusals if one.code != "still_running"])

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def plan_from_json(data: dict[str, Any]) -> Plan:
    """Return a stored plan."""
    return Plan(
        target=data["target"],
        groups=[_group(one) for one in data["groups"]],
        refusals=[Refusal(**one) for one in data["refusals"]],
        left_out=data["left_out"],
    )


def _group(data: dict[str, Any]) -> Group:
    return Group(**{**data, "steps": [_step(one) for one in data["steps"]]})


def _step(data: dict[str, Any]) -> Step:
    return Step(
        **{
            **data,
            "nodes": [(app, name) for app, name in data["nodes"]],
            "before": [(app, name) for app, name in data["before"]],
            "statements": [_statement(one) for one in data["statements"]],
            "takes": [(table, column) for table, column in data.get("takes", [])],
        }
    )


def _statement(data: dict[str, Any]) -> Statement:
    return Statement(**{**data, "dangers": [Danger(**one) for one in data["dangers"]]})
