"""Which tests stay together in one process of a parallel run; all others go wherever there is room.

By their files, not by xdist's marks: xdist writes those into the ids of tests, which pytest 9.2 lets nobody change.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# One product, one Chromium and one Keycloak realm of the journeys' own, begun first, beside all that needs none of
# them; servers that are killed; a worker that takes a minute to come and go.
TOGETHER: Final = ("tests/journeys/", "tests/faults/test_rollout", "tests/isolation/test_tasks.py")

# Single tests that take longest: begun before the others, so that none of them is what a run waits for at its end.
LONG: Final = (
    "tests/faults/test_keycloak_killed.py",
    "tests/isolation/test_matrix.py",
    "tests/isolation/test_context_machine.py",
    "catalog/decisions/tests/test_machine.py",
    "catalog/editing/tests/test_machine.py",
    "tenants/rollout/tests/test_histories.py",
    "shared_services/identity/citizen/tests/test_dump.py",
)


class Together(LoadScopeScheduling):
    """Hands out tests one by one, but those that belong together to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in TOGETHER if nodeid.startswith(begin)), nodeid)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first; a whole group goes before all single tests anyway."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Use it."""
    return Together(config, log)
