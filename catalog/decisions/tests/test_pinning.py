"""A town that stays with a version shows it everywhere, except where a lock wins, and sees what it misses."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.history import list_decision_changes
from catalog.decisions.models import DecisionCause
from catalog.decisions.pinning import get_pinning, pin_service, unpin_service
from catalog.decisions.reviews import get_review, list_reviews_of
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import set_decision, set_override
from catalog.decisions.tests.conftest import Publish
from catalog.editing.lifecycle import archive_service
from catalog.resolution.values import FieldKey
from catalog.search.comparison import compare_towns
from catalog.search.selectors import search_town
from catalog.services import selectors as shared
from tenants.actors import Actor
from tenants.context import as_umbrella, in_tenant
from tenants.errors import Conflict, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
OLD_FEE = {"kind": "fixed", "amount_cents": 900}
NEW_FEE = {"kind": "fixed", "amount_cents": 1500}
Find = Callable[[str], UUID]


@pytest.fixture
def held(in_gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish) -> UUID:
    """Gladbeck stays with a version; since then title, fee and note have changed above."""
    for field, language, value in (("title", "de", "Alter Titel"), ("fee", "", OLD_FEE), ("notes", "de", "<p>Alt</p>")):
        publish(SLUG, field, value, language=language)
    pin_service(actor=editor, service_id=service_id(SLUG))
    publish(SLUG, "title", "Neuer Titel", note="Klarer benannt")
    publish(SLUG, "fee", NEW_FEE, language="")
    publish(SLUG, "notes", "<p>Neu</p>")
    return service_id(SLUG)


def shown(field: str, language: str = "de") -> object:
    return get_town_service(SLUG).text(field, language)


def test_the_held_version_is_shown_and_the_newest_elsewhere(held: UUID, dorsten: TenantInfo) -> None:
    assert (shown("title"), shown("notes"), shown("fee", "")) == ("Alter Titel", "<p>Alt</p>", OLD_FEE)
    listed = {one.slug: one.title("de") for one in list_town_services()}
    assert listed[SLUG] == "Alter Titel"
    with in_tenant(dorsten.ref):
        assert shown("title") == "Neuer Titel"


def test_what_is_missed_is_counted_and_named(held: UUID) -> None:
    pinning = get_pinning(get_town_service(SLUG))
    assert pinning is not None
    assert len(pinning.missed) == 3
    assert [one.note for one in pinning.missed if one.note] == ["Klarer benannt"]
    assert set(pinning.fields) == {FieldKey("title", "de"), FieldKey("fee", ""), FieldKey("notes", "de")}


def test_a_lock_from_above_holds_even_so(held: UUID, publish: Publish) -> None:
    publish(SLUG, "fee", NEW_FEE, language="", locked=True)
    assert shown("fee", "") == NEW_FEE
    assert shown("title") == "Alter Titel"
    pinning = get_pinning(get_town_service(SLUG))
    assert pinning is not None
    assert FieldKey("fee", "") not in pinning.fields


def test_letting_go_shows_the_newest_again(held: UUID, editor: Actor) -> None:
    unpin_service(actor=editor, service_id=held)
    assert shown("title") == "Neuer Titel"
    assert get_pinning(get_town_service(SLUG)) is None
    assert [one.cause for one in list_decision_changes(held)][:2] == [DecisionCause.PINNED, DecisionCause.PINNED]


def test_own_values_are_written_against_the_held_version(held: UUID, editor: Actor) -> None:
    set_override(actor=editor, service_id=held, field="notes", language="de", value="<p>Eigen</p>")
    assert not list_reviews_of(held)
    unpin_service(actor=editor, service_id=held)
    one = get_review(held, "notes", "de")
    assert (one.base, one.new) == ("<p>Alt</p>", "<p>Neu</p>")


def test_searching_and_comparing_show_the_held_version(
    held: UUID, gladbeck: TenantInfo, project: Callable[[], None]
) -> None:
    project()
    found = {hit.slug: hit.title for hit in search_town("Meldebescheinigung", language="de", tenant=gladbeck)}
    assert found[SLUG] == "Alter Titel"
    record = shared.get_service(SLUG)
    with as_umbrella():
        towns = {one.tenant.slug: one.fee for one in compare_towns(record, region=gladbeck.region_slug)}
    assert towns["gladbeck"] == OLD_FEE
    assert towns["marl"] != OLD_FEE


def test_a_list_takes_one_query_more(held: UUID, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        list_town_services()


def test_an_archived_or_withdrawn_service_is_gone_even_so(held: UUID, system: Actor) -> None:
    archive_service(actor=system, service_id=held)
    with pytest.raises(NotFound):
        get_town_service(SLUG)


def test_a_newer_version_than_was_seen_is_shown_before_it_is_held(
    editor_client: Client, gladbeck: TenantInfo, publish: Publish
) -> None:
    page = f"/verwaltung/leistungen/{SLUG}/"
    with in_tenant(gladbeck.ref):
        seen = {"version": get_town_service(SLUG).decision_version, "fassung": get_town_service(SLUG).record.version}
    assert f'name="fassung" value="{seen["fassung"]}"' in editor_client.get(page).content.decode()
    publish(SLUG, "title", "Neuer Titel")
    refused = editor_client.post(f"{page}fassung/", seen)
    assert refused.status_code == 409
    assert f"Inzwischen ist Fassung {seen['fassung'] + 1} veröffentlicht." in refused.content.decode()
    assert f'name="fassung" value="{seen["fassung"] + 1}"' in refused.content.decode()
    assert editor_client.post(f"{page}fassung/", seen | {"fassung": seen["fassung"] + 1}).status_code == 302
    with in_tenant(gladbeck.ref):
        assert get_town_service(SLUG).pinned_version == seen["fassung"] + 1


def test_a_linked_service_has_no_version_to_stay_with(
    in_gladbeck: TenantInfo, editor: Actor, stranger: Actor, service_id: Find
) -> None:
    dog = service_id(SLUG)
    with pytest.raises(NotAllowed):
        pin_service(actor=stranger, service_id=dog)
    with pytest.raises(NotFound):
        pin_service(actor=editor, service_id=dog, version=9999)
    set_decision(actor=editor, service_id=dog, decision="not_offered", reason="Nicht hier.")
    with pytest.raises(Conflict):
        pin_service(actor=editor, service_id=dog)


def test_a_stale_form_is_noticed(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    version = get_town_service(SLUG).decision_version
    pin_service(actor=editor, service_id=service_id(SLUG), expected_version=version)
    with pytest.raises(Conflict):
        unpin_service(actor=editor, service_id=service_id(SLUG), expected_version=version)
