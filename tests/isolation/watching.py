"""Watch whose personal data is opened while somebody who works here looks at pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared_services.accounts import looks
from tenants.keystore.sealing import DataKey


class Watch:
    """Whose data was opened during a request, and of whom a look was noted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to the two places through which all of it goes."""
        self._opened: set[UUID] = set()
        self._noted: set[UUID] = set()
        self.unnoted: list[str] = []
        unseal, publish = DataKey.unseal, looks.publish_many

        def opened(key: DataKey, *args: Any, **kwargs: Any) -> Any:
            self._opened.add(key.owner)
            return unseal(key, *args, **kwargs)

        def published(**kwargs: Any) -> Any:
            self._noted |= {UUID(one["account"]) for one in kwargs["data"]}
            return publish(**kwargs)

        monkeypatch.setattr(DataKey, "unseal", opened)
        monkeypatch.setattr(looks, "publish_many", published)

    def look(self, path: str, *, own: UUID) -> None:
        """Take in what a request has done."""
        if self._opened - self._noted - {own}:
            self.unnoted.append(path)
        self._opened, self._noted = set(), set()
