"""Projections that search reads."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class SearchConfig(SharedAppConfig):
    """Shared app: written by the projector, read by everyone."""

    name = "catalog.search"
    label = "search"
    rights: ClassVar[Rights] = {}
