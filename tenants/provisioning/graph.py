"""The graph of the tenant apps' migrations, as the files on disk draw it: their order, and the name of a set of them.

A schema is at the state that its set of applied migrations makes. The version is the hash of that set's names, so the
same state has the same name in every process and every deployment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TypeAlias

from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tenants.router import app_labels

Node: TypeAlias = tuple[str, str]


def version_of(nodes: Iterable[Node]) -> str:
    """Return the name of the state that a set of migrations makes (64 hexadecimal digits)."""
    return hashlib.sha256("\n".join(sorted(f"{app}.{name}" for app, name in nodes)).encode()).hexdigest()


class TenantGraph:
    """The migrations of the tenant apps on disk. Read once per process; see `tenant_graph`."""

    def __init__(self, loader: MigrationLoader) -> None:
        """Order the tenant apps' migrations so that each comes after what it depends on."""
        self._loader = loader
        labels = app_labels(settings.TENANT_APPS)
        leaves = sorted(node for node in loader.graph.leaf_nodes() if node[0] in labels)
        ordered: dict[Node, None] = {}
        for leaf in leaves:
            ordered.update(dict.fromkeys(node for node in loader.graph.forwards_plan(leaf) if node[0] in labels))
        self.nodes: tuple[Node, ...] = tuple(ordered)
        self.version = version_of(self.nodes)

    def migration(self, node: Node) -> Migration:
        """Return a migration by app and name."""
        found: Migration = self._loader.graph.nodes[node]
        return found

    def normal(self, applied: Iterable[Node]) -> frozenset[Node]:
        """Return a set of applied migrations as the graph names it: whole squashed series by their squash.

        Migrations that the files don't know (a newer version applied them) stay as they are.
        """
        found = set(applied)
        for squashed, migration in self._loader.replacements.items():
            replaced = {(app, name) for app, name in migration.replaces}
            if replaced <= found:
                found = (found - replaced) | {squashed}
        return frozenset(found)

    def unknown(self, applied: Iterable[Node]) -> list[Node]:
        """Return the applied migrations that are not among the files."""
        return sorted(self.normal(applied) - set(self.nodes))

    def ordered(self, nodes: Collection[Node]) -> tuple[Node, ...]:
        """Return known migrations in the order in which they are applied."""
        wanted = frozenset(nodes)
        return tuple(node for node in self.nodes if node in wanted)

    def without(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        """Return all migrations but these and those that build on them, in order."""
        left_out: set[Node] = set()
        for node in nodes:
            left_out.update(self._loader.graph.backwards_plan(node))
        return tuple(node for node in self.nodes if node not in left_out)

    def state_after(self, nodes: Collection[Node]) -> ProjectState:
        """Return the models as a set of migrations leaves them. The set must hold what its members depend on."""
        if not nodes:
            return ProjectState(real_apps=self._loader.unmigrated_apps)
        state: ProjectState = self._loader.graph.make_state(
            nodes=list(nodes), at_end=True, real_apps=self._loader.unmigrated_apps
        )
        return state


def tenant_graph() -> TenantGraph:
    """Return the graph of the files on disk; they are read once per process."""
    return _read_graph(tuple(sorted(settings.MIGRATION_MODULES.items())))


@lru_cache(maxsize=4)
def _read_graph(_modules: tuple[tuple[str, str | None], ...]) -> TenantGraph:
    return TenantGraph(MigrationLoader(None, ignore_no_migrations=True))
