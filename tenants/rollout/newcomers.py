"""The version at which a new tenant begins: the newest with which every program that runs now can work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.errors import Conflict
from tenants.provisioning.graph import Node, tenant_graph
from tenants.provisioning.models import SchemaSnapshot
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot, snapshot_at
from tenants.rollout.running import list_versions
from tenants.rollout.serving import required_nodes
from tenants.rollout.survival import is_contract

_NAMED: Final = 5


def snapshot_for_newcomers() -> Snapshot:
    """Return the newest snapshot without the contract steps that some running process does not know of.

    Such a process may read what they take, and would serve the new tenant, too; a rollout brings it along later. No
    query beyond `ensure_snapshot` where the installed release has no contract step.
    Raises: Conflict while the template is behind, or when the installed release itself can't do without such a step.
    """
    newest = ensure_snapshot()
    graph = tenant_graph()
    contracts = {node for node in graph.nodes if is_contract(graph.migration(node))}
    if not contracts:
        return newest
    running = list_versions()
    known = _nodes_of(version for version in running if version != graph.version)
    unknown = {version: contracts - nodes for version, nodes in known.items() if contracts - nodes}
    if not unknown:
        return newest
    kept = graph.without(set().union(*unknown.values()))
    if required_nodes() - set(kept):
        raise _refusal([process for version in unknown for process in running[version]])
    return snapshot_at(kept)


def _nodes_of(versions: Iterable[str]) -> dict[str, frozenset[Node]]:
    """Return what versions know. One that `verbund migrate` has not brought here is newer: it knows all."""
    graph = tenant_graph()
    with as_migration():
        rows = SchemaSnapshot.objects.filter(version__in=list(versions)).values_list("version", "nodes")
        return {version: graph.normal((app, name) for app, name in nodes) for version, nodes in rows}


def _refusal(processes: list[str]) -> Conflict:
    shown = ", ".join(processes[:_NAMED]) + (" …" if len(processes) > _NAMED else "")
    return Conflict(
        _(
            "Es laufen noch Programme der vorigen Version ({processes}), die mit dem neuen Schema nicht arbeiten "
            "können. Ersetzen Sie sie durch die neue Version und richten Sie die Kommune zwei Minuten danach ein, oder "
            "richten Sie sie mit der vorigen Version ein."
        ).format(processes=shown),
        code="older_release_running",
        data={"processes": processes},
    )
