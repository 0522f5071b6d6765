"""Whether this process's code can serve a tenant whose schema is at some version.

Old and new code run side by side during a rollout. New code needs every migration it knows but those that only take
away what older code used (`contract = True`) or build indexes; a schema that has more than it knows is fine.
"""

from __future__ import annotations

import structlog
from django.db import DatabaseError

from tenants.context import as_umbrella
from tenants.provisioning.graph import Node, tenant_graph
from tenants.provisioning.models import SchemaSnapshot
from tenants.rollout.kinds import kind_of
from tenants.rollout.survival import is_contract

log = structlog.get_logger(__name__)

# (version of the code, version of a schema) → answer. What stands behind a version never changes.
_answers: dict[tuple[str, str], bool] = {}


def can_serve(version: str) -> bool:
    """Whether a schema at this version has all that the code needs. A query per process for each other version.

    While the database is away the answer is yes: the page itself then says what is wrong.
    """
    graph = tenant_graph()
    if version == graph.version:
        return True
    key = (graph.version, version)
    if key not in _answers:
        try:
            nodes = _nodes(version)
        except DatabaseError:
            return True
        _answers[key] = required_nodes() <= graph.normal(nodes)
        if not _answers[key]:
            missing = sorted(".".join(node) for node in required_nodes() - graph.normal(nodes))
            log.warning("serving.schema_too_old", version=version[:12], missing=missing)
    return _answers[key]


def required_nodes() -> frozenset[Node]:
    """Return the migrations without which this code can't work."""
    graph = tenant_graph()
    return frozenset(
        node
        for node in graph.nodes
        if not is_contract(graph.migration(node)) and kind_of(graph.migration(node)) != "index"
    )


def _nodes(version: str) -> set[Node]:
    with as_umbrella():
        found = SchemaSnapshot.objects.filter(version=version).values_list("nodes", flat=True).first()
    return {(app, name) for app, name in found or []}
