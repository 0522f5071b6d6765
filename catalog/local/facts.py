"""What a local service is beside its texts, checked; and names for its address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.local.models import LocalService, LocalValue
from catalog.services import selectors as shared
from catalog.services.fields import FIELD_LABELS, TARGET_GROUPS
from catalog.services.reserved import RESERVED_SLUGS, reserved_message
from tenants.context import current_tenant
from tenants.errors import InvalidInput
from tenants.sorting import slug_of

MAX_PROMINENCE: Final = 10
_MAX_SLUG: Final = 70
_SLUG: Final = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Facts:
    """Topics, target groups, validity and place in lists. An empty slug keeps the one there is."""

    category_codes: tuple[str, ...]
    target_groups: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    prominence: int = 0
    slug: str = ""


def check_facts(facts: Facts, *, service_id: UUID | None = None, slug_is_fixed: bool = False) -> Facts:
    """Return the facts as they are stored. Raises: InvalidInput with a message per field."""
    fields: dict[str, list[str]] = {}
    known = {one.code for one in shared.list_categories()}
    codes = tuple(dict.fromkeys(facts.category_codes))
    if not codes or not set(codes) <= known:
        fields["category_codes"] = [_("Wählen Sie mindestens ein Thema aus der Liste.")]
    groups = tuple(dict.fromkeys(facts.target_groups))
    if not set(groups) <= TARGET_GROUPS.keys():
        fields["target_groups"] = [_("Wählen Sie Zielgruppen aus der Liste.")]
    if facts.valid_from and facts.valid_to and facts.valid_from > facts.valid_to:
        fields["valid_to"] = [_("Das Ende liegt vor dem Beginn. Tauschen Sie die beiden Tage.")]
    if not 0 <= facts.prominence <= MAX_PROMINENCE:
        fields["prominence"] = [_("Geben Sie eine Zahl von 0 bis {limit} an.").format(limit=MAX_PROMINENCE)]
    slug = facts.slug.strip().lower()
    wrong = _slug_problem(slug, service_id, is_fixed=slug_is_fixed) if slug else ""
    if wrong:
        fields["slug"] = [wrong]
    if fields:
        raise InvalidInput(_("Prüfen Sie die markierten Angaben."), data={"fields": fields})
    return replace(facts, category_codes=codes, target_groups=groups, slug=slug)


def free_slug(wish: str, *, except_for: UUID | None = None) -> str:
    """Return a slug for a title or a wish that neither a shared service nor another local one has, `…-2` if need be."""
    base = slug_of(wish)[:_MAX_SLUG].strip("-") or "leistung"
    candidates = [base, *(f"{base}-{number}" for number in range(2, 50))]
    taken = _taken(candidates, except_for)
    return next(one for one in candidates if one not in taken and one not in RESERVED_SLUGS)


def missing_for_publication(service: LocalService) -> list[str]:
    """Return the names of what citizens would miss on the page."""
    written = LocalValue.objects.filter(service=service, language="de").values_list("field", flat=True)
    return missing_names(set(written), service.category_codes)


def missing_names(written: Collection[str], category_codes: Collection[str]) -> list[str]:
    """Return the names of what is missing beside the German fields written."""
    missing = [str(FIELD_LABELS[name]) for name in ("title", "teaser") if name not in written]
    if not {"short_text", "full_text"}.intersection(written):
        missing.append(str(FIELD_LABELS["full_text"]))
    if not category_codes:
        missing.append(_("Thema"))
    return missing


def _slug_problem(slug: str, service_id: UUID | None, *, is_fixed: bool) -> str:
    if is_fixed and service_id is not None:
        stored = LocalService.objects.filter(id=service_id).values_list("slug", flat=True).first()
        return "" if slug == stored else _("Nach dem Veröffentlichen bleibt die Adresse, damit Links auf sie gelten.")
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG:
        return _("Die Adresse besteht aus kleinen Buchstaben, Ziffern und Bindestrichen, höchstens 70 Zeichen.")
    if slug in RESERVED_SLUGS:
        return reserved_message(slug)
    if slug in _taken([slug], service_id):
        return _("Diese Adresse hat schon eine andere Leistung. Wählen Sie eine andere.")
    return ""


def _taken(slugs: list[str], except_for: UUID | None) -> set[str]:
    """Return those that a shared service has or had, or a local one has, here or where it would move aside."""
    aside = f"-{current_tenant().slug}"
    bases = {slug: (slug, slug.removesuffix(aside), f"{slug}{aside}") for slug in slugs}
    wanted = {one for group in bases.values() for one in group}
    rows = LocalService.objects.filter(slug__in=wanted).values_list("id", "slug")
    own = {slug for row_id, slug in rows if row_id != except_for}
    return {slug for slug, group in bases.items() if own.intersection(group)} | shared.list_known_slugs(slugs)
