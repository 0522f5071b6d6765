"""A list's filter that stands in its address, so that the list can be kept under a name and sent to a colleague."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, replace
from typing import ClassVar, Final, Self
from urllib.parse import urlencode

_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """Fields of text with a usual value each; a subclass adds them, their names in the address and what is allowed.

    `allowed` has the values of those fields that take no others; unknown values of an address are dropped.
    """

    names: ClassVar[Mapping[str, str]] = {}
    allowed: ClassVar[Mapping[str, Container[str]]] = {}

    @classmethod
    def read(cls, data: Mapping[str, str]) -> Self:
        """Return the filter of an address."""
        given = {name: str(data.get(key, "")).strip()[:_LENGTH] for name, key in cls.names.items()}
        kept = {
            name: value
            for name, value in given.items()
            if value and (name not in cls.allowed or value in cls.allowed[name])
        }
        return replace(cls(), **kept)

    @property
    def address(self) -> str:
        """The query string that leads to this list; what is as usual is left out."""
        return self._address_of(self._set())

    def without(self, name: str) -> str:
        """Return the query string without one of the filters."""
        return self._address_of({other: value for other, value in self._set().items() if other != name})

    def _address_of(self, wanted: Mapping[str, str]) -> str:
        return urlencode({self.names[name]: value for name, value in wanted.items()})

    def _set(self) -> dict[str, str]:
        usual = type(self)()
        return {name: value for name, value in asdict(self).items() if value != getattr(usual, name)}
