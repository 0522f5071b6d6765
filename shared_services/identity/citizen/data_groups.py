"""How a person's own data is divided into pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.models import AttributeName
from tenants.errors import NotFound


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes that are shown and changed together. `slug` is German: it stands in addresses."""

    slug: str
    title: Promise
    edit_title: Promise
    names: tuple[AttributeName, ...]


PERSON: Final = Group(
    "person",
    gettext_lazy("Person"),
    gettext_lazy("Angaben zur Person ändern"),
    (
        AttributeName.SALUTATION,
        AttributeName.DOCTORATE,
        AttributeName.GIVEN_NAME,
        AttributeName.FAMILY_NAME,
        AttributeName.BIRTH_NAME,
        AttributeName.BIRTH_DATE,
        AttributeName.BIRTH_PLACE,
        AttributeName.NATIONALITY,
    ),
)
ADDRESS: Final = Group(
    "adresse",
    gettext_lazy("Adresse"),
    gettext_lazy("Adresse ändern"),
    (AttributeName.STREET, AttributeName.POSTCODE, AttributeName.CITY, AttributeName.COUNTRY),
)
CONTACT: Final = Group(
    "kontakt", gettext_lazy("Erreichbarkeit"), gettext_lazy("Telefonnummer ändern"), (AttributeName.PHONE,)
)
BANK: Final = Group(
    "bank",
    gettext_lazy("Bankverbindung"),
    gettext_lazy("Bankverbindung ändern"),
    (AttributeName.ACCOUNT_HOLDER, AttributeName.IBAN),
)
GROUPS: Final[Mapping[str, Group]] = {one.slug: one for one in (PERSON, ADDRESS, CONTACT, BANK)}


def get_group(slug: str) -> Group:
    """Return a group by its slug. Raises: NotFound."""
    if slug not in GROUPS:
        raise NotFound(_("Diese Angaben gibt es nicht. Gehen Sie zurück zu Ihren Daten."))
    return GROUPS[slug]
