"""Which kinds of identity providers there are."""

from __future__ import annotations

from collections.abc import Iterable

from shared_services.identity.keycloak.description import DescriptionError
from shared_services.identity.keycloak.providers.base import ProviderKind


class ProviderRegistry:
    """Kinds by name."""

    def __init__(self, kinds: Iterable[ProviderKind] = ()) -> None:
        """Start with these."""
        self._kinds: dict[str, ProviderKind] = {}
        for kind in kinds:
            self.register(kind)

    def register(self, kind: ProviderKind) -> None:
        """Add a kind. Raises: ValueError for a name that is taken, or a kind that tells neither a level nor has one."""
        if kind.kind in self._kinds:
            message = f"two kinds of identity provider named {kind.kind!r}"
            raise ValueError(message)
        if bool(kind.level_words) == bool(kind.fixed_level):
            message = f"{kind.kind}: either level_words or fixed_level"
            raise ValueError(message)
        if kind.identified_by and kind.identified_by not in kind.tells:
            message = f"{kind.kind}: it must tell what people are identified by"
            raise ValueError(message)
        self._kinds[kind.kind] = kind

    def get(self, name: str) -> ProviderKind:
        """Return a kind. Raises: DescriptionError for an unknown one, with those that are known."""
        if name not in self._kinds:
            message = f"unknown kind of identity provider {name!r}; known: {', '.join(sorted(self._kinds))}"
            raise DescriptionError(message)
        return self._kinds[name]
