"""What a town weighs in the catalogue."""

from __future__ import annotations

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy.field import Field


def state_weights(report: Report, field: Field) -> None:
    """Ours against the rival's, as the last filling has shown; the rival keeps a sequence for its record."""
    ours, rival = field.weights["ours"], field.weights["rival"]
    for name, own, other, unit in (
        ("catalogue of the database, per town", ours.catalogue_bytes / 1024, rival.catalogue_bytes / 1024, "KiB"),
        ("relations, per town", ours.relations, rival.relations, "relations"),
    ):
        report.keep_pairs(
            f"{name}, {field.tables}", [(own, other)], rival_is="its own", unit=unit, goal=Goal(at_most=1.0)
        )
