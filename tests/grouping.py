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


class Together(LoadScopeScheduling):
    """Hands out tests one by one, but those that belong together to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in TOGETHER if nodeid.startswith(begin)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Use it."""
    return Together(config, log)
