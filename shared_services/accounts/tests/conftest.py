"""Parts of personal data that a test registers are gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared_services.accounts import personaldata


@pytest.fixture
def parts() -> Iterator[dict[str, personaldata.Part]]:
    """Return the registry, empty: tests register what they are about."""
    before = dict(personaldata._parts)
    personaldata._parts.clear()
    yield personaldata._parts
    personaldata._parts.clear()
    personaldata._parts.update(before)
