"""Plan a rollout: rehearse the pending migrations once for each version that tenants are at.

Django itself runs them in the rehearsal schema, which starts as a replay of that version; what it sends is what every
tenant will be sent. At the end the rehearsal must equal the template, fact by fact, or there is no plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.exceptions import IrreversibleError

from tenants.errors import NotFound
from tenants.names import group_role
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Subject
from tenants.provisioning.graph import Node, TenantGraph, tenant_graph, version_of
from tenants.provisioning.rehearsal import open_rehearsal
from tenants.provisioning.replay import grant_statements, record_statements, replay_tables, unrecord_statements
from tenants.provisioning.snapshot import Snapshot, keep_snapshot, snapshot_at, snapshot_of
from tenants.rollout import failures
from tenants.rollout.dangers import Existing
from tenants.rollout.estimates import estimate_seconds
from tenants.rollout.kinds import is_batched, kind_of, refuse_mixture, refuse_unrepeatable, writes_rows
from tenants.rollout.observing import Columns, ObservingSchemaEditor, Tables, read_columns, read_existing, read_tables
from tenants.rollout.plan import Direction, Group, Plan, Refusal, Statement, Step
from tenants.rollout.survival import is_contract, list_losses, list_still_read, list_taken, may_take

_VALIDATE: Final = re.compile(r"\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)


def make_plan(
    by_version: Mapping[str, Mapping[str, str]],
    *,
    target: Snapshot,
    expand_only: bool = False,
    ignore_running: bool = False,
) -> Plan:
    """Plan the way of all tenants to a version. `by_version`: schema version → slug → schema of each tenant at it.

    `expand_only`: each group goes as far as it can without contract steps that it does not have yet; never back.
    `ignore_running`: take contract steps even from processes that were heard of lately.
    """
    groups: list[Group] = []
    refusals: list[Refusal] = []
    left_out: list[str] = []
    goals = {target.version}
    for version, schemas in sorted(by_version.items()):
        start = _start(version)
        if start is None:
            left_out += sorted(schemas)
            continue
        goal = _goal_without_contract(start) if expand_only else target
        if version == goal.version:
            continue
        group, refused = _plan_group(start, goal, schemas)
        groups.append(group)
        goals = {goal.version} if expand_only else goals
        refusals += [one for one in refused if one not in refusals]
    plan = Plan(goals.pop(), groups, refusals, left_out)
    return plan.ignoring_running() if ignore_running else plan


def _start(version: str) -> Snapshot | None:
    try:
        return snapshot_of(version)
    except NotFound:
        return None


def _goal_without_contract(start: Snapshot) -> Snapshot:
    graph = tenant_graph()
    have = graph.normal(start.nodes)
    later = [node for node in graph.nodes if node not in have and is_contract(graph.migration(node))]
    return snapshot_at({*graph.without(later), *have})


def _plan_group(start: Snapshot, target: Snapshot, schemas: Mapping[str, str]) -> tuple[Group, list[Refusal]]:
    graph = tenant_graph()
    direction, pending, refusals = _way(graph, start, target)
    rehearsal = _Rehearsal(graph, start, direction)
    if not refusals:
        refusals = rehearsal.run(pending, target)
    steps = rehearsal.steps
    seconds = estimate_seconds(steps, list(schemas.values()))
    return Group(start.version, direction, sorted(schemas), steps, seconds, rehearsal.touched), refusals


def _way(graph: TenantGraph, start: Snapshot, target: Snapshot) -> tuple[Direction, list[Node], list[Refusal]]:
    have, want = set(graph.normal(start.nodes)), set(graph.normal(target.nodes))
    unknown = graph.unknown(have | want)
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown)
        return "forwards", [], [Refusal(names, "migration_unknown")]
    if have - want and want - have:
        return "forwards", [], [Refusal(target.version[:12], "other_branch", {"version": start.version[:12]})]
    if have - want:
        return "backwards", list(reversed(graph.ordered(have - want))), []
    return "forwards", list(graph.ordered(want - have)), []


@dataclass(frozen=True)
class _Seen:
    """What a migration was seen to do in the rehearsal; `tables` are those from before it."""

    statements: list[Statement]
    tables: Tables
    taken: list[tuple[str, str]]


class _Rehearsal:
    """One group's migrations, run once; consecutive schema changes become one step, up to one that writes rows."""

    def __init__(self, graph: TenantGraph, start: Snapshot, direction: Direction) -> None:
        self._graph = graph
        self._start = start
        self._direction = direction
        # Where a series was squashed since, it counts as its squash from here on.
        self._applied = list(graph.ordered(graph.normal(start.nodes)))
        self.steps: list[Step] = []
        self.touched: list[str] = []
        self._refusals: list[Refusal] = []
        self._known: Columns = {}
        self._existing = Existing()
        self._tables_before_step: Tables = {}

    def run(self, pending: Iterable[Node], target: Snapshot) -> list[Refusal]:
        with open_rehearsal() as schema:
            replay_tables(self._start)
            self._grant(schema, self._start.own_tables)
            self._known, self._existing = read_columns(), read_existing()
            self._record_squashes()
            for node in pending:
                if not self._rehearse(schema, node):
                    return self._refusals
            self._compare(schema, target)
        return self._refusals

    def _record_squashes(self) -> None:
        squashed = [node for node in self._applied if node not in self._start.nodes]
        if squashed:
            _run(record_statements(squashed))
            version = version_of(self._applied)
            self.steps.append(Step(kind="schema", nodes=squashed, before=list(self._start.nodes), version=version))

    def _rehearse(self, schema: str, node: Node) -> bool:
        migration = self._graph.migration(node)
        mixture = refuse_mixture(migration)
        if mixture:
            self._refusals.append(mixture)
            return False
        before, columns, tables = list(self._applied), read_columns(), read_tables()
        try:
            statements = self._run_migration(node)
        except IrreversibleError:
            self._refusals.append(Refusal(".".join(node), "irreversible"))
            return False
        except DatabaseError as problem:
            if failures.is_connection_lost(problem):
                raise
            self._refusals.append(Refusal(".".join(node), "fails", {"error": failures.describe(problem)}))
            return False
        unrepeatable = kind_of(migration) == "index" and refuse_unrepeatable(migration, [one.sql for one in statements])
        if unrepeatable:
            self._refusals.append(unrepeatable)
        after = read_columns()
        self._grant(schema, _new(tables))
        self._record(node)
        taken: list[tuple[str, str]] = []
        if may_take(migration, self._direction):
            taken = list_taken(before=columns, after=after)
            self._refusals += list_still_read(migration, taken)
        else:
            self._refusals += list_losses(migration, known=self._known, before=columns, after=after)
        self._add(node, before, _Seen(statements, tables, taken))
        keep_snapshot(schema, self._graph.ordered(self._applied))
        return True

    def _run_migration(self, node: Node) -> list[Statement]:
        migration = self._graph.migration(node)
        # The author of a contract step says that running code heeds what it asks.
        existing = replace(self._existing, bound=frozenset()) if is_contract(migration) else self._existing
        with ObservingSchemaEditor(atomic=migration.atomic, existing=existing) as editor:
            if self._direction == "forwards":
                migration.apply(self._graph.state_after(self._applied), editor)
            else:
                remaining = [one for one in self._applied if one != node]
                migration.unapply(self._graph.state_after(remaining), editor)
        if self._direction == "forwards":
            self._applied.append(node)
        else:
            self._applied.remove(node)
        return editor.statements

    def _add(self, node: Node, before: list[Node], seen: _Seen) -> None:
        migration = self._graph.migration(node)
        kind = kind_of(migration)
        step = Step(
            kind=kind,
            nodes=[node],
            before=before,
            version=version_of(self._applied),
            # What a data migration sends is its own affair in each tenant.
            statements=[] if kind == "data" else seen.statements,
            new_tables=_new(seen.tables),
            is_batched=is_batched(migration),
            takes=seen.taken,
        )
        last = self.steps[-1] if self.steps else None
        if last is not None and kind == last.kind == "schema" and not (_ends_with_rows(last) or _validates(step)):
            self.steps[-1] = Step(
                kind="schema",
                nodes=[*last.nodes, node],
                before=last.before,
                version=step.version,
                statements=[*last.statements, *seen.statements],
                # A table made earlier in the step may have another name by now, or be gone.
                new_tables=_new(self._tables_before_step),
                takes=[*last.takes, *step.takes],
            )
        else:
            self.steps.append(step)
            self._tables_before_step = seen.tables

    def _record(self, node: Node) -> None:
        change = record_statements if self._direction == "forwards" else unrecord_statements
        _run(change([node]))

    def _grant(self, schema: str, tables: Iterable[str]) -> None:
        _run(grant_statements(schema, group_role("tenant"), tables))

    def _compare(self, schema: str, target: Snapshot) -> None:
        role = group_role("tenant")
        changed = find_drift([Subject(schema, role, self._start.version)])
        self.touched = sorted({one.table for one in changed if one.table})
        found = find_drift([Subject(schema, role, target.version)])
        if found:
            facts = "; ".join(str(one) for one in found[:10])
            self._refusals.append(Refusal(target.version[:12], "differs_from_template", {"facts": facts}))


def _new(before: Tables) -> list[str]:
    """Return the tables made since then, also those that took the name of one that is gone."""
    return sorted(table for table, identity in read_tables().items() if identity not in before.values())


def _ends_with_rows(step: Step) -> bool:
    """Whether a step must be committed before the schema changes further, as Django itself would."""
    return any(writes_rows(one.sql) for one in step.statements)


def _validates(step: Step) -> bool:
    """Whether it checks rows beside everybody else, which it does not under the locks of what went before it."""
    return any(_VALIDATE.search(one.sql) for one in step.statements)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements))
