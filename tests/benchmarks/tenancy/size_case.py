"""What a town weighs in the catalogue."""

from __future__ import annotations

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.tenancy.field import Field


def state_weights(report: Report, field: Field) -> None:
    """Ours against the rival's, as the last filling has shown.

    Ours has a role and its rights on each table in the catalogue, too; the rival keeps a sequence for its record.
    """
    ours, rival = field.weights["ours"], field.weights["rival"]
    kilobytes = (ours.catalogue_bytes / 1024, rival.catalogue_bytes / 1024)
    relations = (ours.relations, rival.relations)
    for name, pair, unit, goal in (
        ("catalogue of the database, per town", kilobytes, "KiB", Goal(at_most=1.1)),
        ("relations, per town", relations, "relations", Goal(at_most=1.0)),
    ):
        report.keep_pairs(f"{name}, {field.tables}", [pair], rival_is="its own", unit=unit, goal=goal)
