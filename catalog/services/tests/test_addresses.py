"""Addresses that last: short codes, and names that a service had before."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from catalog.services.addresses import find_by_short_code, find_renamed
from catalog.services.models import FormerSlug, Service, State
from catalog.services.shortcodes import ALPHABET, derive_short_code, free_short_code
from catalog.services.versions import keep_versions
from tenants.context import as_operator, as_umbrella

HUND = UUID("01a20436-b462-7583-bf17-2e0b8b9e331e")


def rename(before: str, after: str) -> None:
    """Publish a service under another name."""
    with as_operator():
        service = Service.objects.get(slug=before)
        service.slug = after
        service.save(update_fields=["slug"])
        keep_versions([service.id], author="Katalogredaktion")


def test_a_code_belongs_to_its_service_and_has_no_signs_that_look_alike() -> None:
    code = derive_short_code(HUND)
    assert derive_short_code(HUND) == code
    assert re.fullmatch(f"[{ALPHABET}]{{6}}", code)
    assert not set("01iloaeu") & set(ALPHABET)


def test_a_code_that_is_taken_gives_way_to_the_next() -> None:
    assert free_short_code(HUND, {derive_short_code(HUND)}) == derive_short_code(HUND, 1)


@pytest.mark.django_db
def test_every_service_has_a_code_of_its_own() -> None:
    with as_umbrella():
        codes = list(Service.objects.values_list("short_code", flat=True))
    assert len(codes) > 100
    assert all(codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.django_db
def test_a_code_is_found_in_capitals_too_and_stays_when_the_name_changes() -> None:
    code = derive_short_code(HUND)
    rename("hund-anmelden", "hund-neu-anmelden")
    with as_umbrella():
        assert find_by_short_code(code.upper()) == "hund-neu-anmelden"
        assert find_by_short_code("222222") is None


@pytest.mark.django_db
def test_a_former_name_leads_to_the_newest_one() -> None:
    rename("hund-anmelden", "hund-eins")
    rename("hund-eins", "hund-zwei")
    with as_umbrella():
        assert find_renamed("hund-anmelden") == find_renamed("hund-eins") == "hund-zwei"
        assert find_renamed("hund-zwei") is None


@pytest.mark.django_db
def test_a_name_in_use_again_leads_nowhere_else() -> None:
    rename("hund-anmelden", "hund-eins")
    rename("hund-eins", "hund-anmelden")
    with as_umbrella():
        assert find_renamed("hund-anmelden") is None
        assert find_renamed("hund-eins") == "hund-anmelden"
        assert FormerSlug.objects.count() == 1


@pytest.mark.django_db
def test_nothing_leads_to_what_is_withdrawn() -> None:
    rename("hund-anmelden", "hund-eins")
    with as_operator():
        Service.objects.filter(id=HUND).update(state=State.ARCHIVED)
    with as_umbrella():
        assert find_renamed("hund-anmelden") is None
        assert find_by_short_code(derive_short_code(HUND)) is None
