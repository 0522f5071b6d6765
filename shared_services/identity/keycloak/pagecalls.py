"""The admin API for pages that wait for it: as bounded in time and in number as all their calls to Keycloak."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared_services.identity.citizen import discovery
from tenants.errors import ExternalTemporary

if TYPE_CHECKING:
    from shared_services.identity.keycloak.admin import Api


@contextmanager
def keycloak_for_page() -> Iterator[Api]:
    """Offer the admin API within one of the few places and the time that a page gives Keycloak.

    Effects: once it fails Keycloak is taken to be away, so that the next page does not wait as well.
    Raises: ExternalTemporary, at once while Keycloak is away; ExternalPermanent when it refuses.
    """
    # Its library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.admin import Api, page_admin, plain_failures  # noqa: PLC0415 -- see above

    if discovery.is_away():
        raise discovery.away()
    begun = time.monotonic()

    def seconds_left() -> float:
        return discovery.seconds_left(begun)

    with discovery.calling():
        try:
            with plain_failures():
                yield Api(page_admin(seconds_left=seconds_left), seconds_left=seconds_left)
        except ExternalTemporary:
            discovery.note_away()
            raise
