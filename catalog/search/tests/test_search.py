"""Search in a town and in a region: finds what is meant, shows what applies, and nothing that is gone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.services import clear_override, set_decision, set_override
from catalog.editing.lifecycle import archive_service
from catalog.pages.services import rebuild_projections
from catalog.resolution.decide import Decision
from catalog.search.handlers import project_decision
from catalog.search.models import DecisionProjection, OverrideProjection
from catalog.search.selectors import Hit, list_offering_tenants, search, search_region, search_town
from catalog.services.selectors import get_service
from tenants.actors import Actor
from tenants.context import as_projector, as_umbrella, in_tenant
from tenants.outbox.models import OutboxEvent
from tenants.registry.sites import TenantInfo

Find = Callable[[str], UUID]
Run = Callable[[], None]


def slugs(hits: list[Hit]) -> list[str]:
    """Return what was found, in order."""
    return [hit.slug for hit in hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Hund", "hund-anmelden"),
        ("hunde", "hund-anmelden"),
        ("Hund anmelden", "hund-anmelden"),
        ("Hundemarke", "hund-anmelden"),
        ("wie kann ich meinen Hund anmelden", "hund-anmelden"),
        ("Hundestuer", "hund-anmelden"),
        ("Welpe", "hund-anmelden"),
        ("Kalender", "abfallkalender"),
        ("Sperrmuell", "sperrmuell-abholen-lassen"),
        ("Sperrmühl", "sperrmuell-abholen-lassen"),
        ("Personlausweis", "personalausweis-beantragen"),
        ("Auto anmelden", "fahrzeug-zulassen"),
        ("Geburt", "geburtsurkunde"),
        ("wohng", "wohngeld-beantragen"),
    ],
)
def test_what_is_meant_comes_first(in_gladbeck: TenantInfo, query: str, first: str) -> None:
    assert slugs(search_town(query, language="de", tenant=in_gladbeck))[:1] == [first]


def test_what_several_services_are_named_after_finds_all_of_them(in_gladbeck: TenantInfo) -> None:
    found = slugs(search_town("Hundesteuer", language="de", tenant=in_gladbeck))
    assert {"hund-anmelden", "hund-abmelden", "hundesteuer-ermaessigung", "hundesteuer-befreiung"} <= set(found[:5])


def test_a_part_of_a_compound_finds_every_service_that_is_about_it(in_gladbeck: TenantInfo) -> None:
    # Which of the two comes first depends on the stemmer that PostgreSQL brings: 15 and 18 differ.
    found = slugs(search_town("Müll", language="de", tenant=in_gladbeck))
    assert set(found[:2]) == {"sperrmuell-abholen-lassen", "abfallkalender"}


@pytest.mark.parametrize(
    "query", ["", "  ", "der", "xyzxyz", "!&|", "'); drop table", "qq & ww | !zz:*", "%", "x" * 5000]
)
def test_odd_queries_find_nothing_and_break_nothing(in_gladbeck: TenantInfo, query: str) -> None:
    assert search_town(query, language="de", tenant=in_gladbeck) == []


def test_english_pages_are_found_by_both_languages(in_gladbeck: TenantInfo) -> None:
    for query in ("dog", "Hundemarke"):
        hit = search_town(query, language="en", tenant=in_gladbeck)[0]
        assert (hit.slug, hit.title) == ("hund-anmelden", "Registering a dog")


def test_a_town_is_found_by_its_own_title_and_words(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, editor: Actor, service_id: Find, project: Run
) -> None:
    dog = service_id("hund-anmelden")
    set_override(actor=editor, service_id=dog, field="title", language="de", value="Vierbeinersteuer in Gladbeck")
    set_override(actor=editor, service_id=dog, field="synonyms", language="de", value=["Kläffer"])
    project()
    hits = search_town("Klaeffer", language="de", tenant=in_gladbeck)
    assert [hit.title for hit in hits] == ["Vierbeinersteuer in Gladbeck"]
    with in_tenant(dorsten.ref):
        assert slugs(search_town("Klaeffer", language="de", tenant=dorsten)) == []
        assert search_town("Hund", language="de", tenant=dorsten)[0].title == "Hund anmelden"
    with as_umbrella():
        assert slugs(search_region("Kläffer", language="de", region=in_gladbeck.region_slug)) == ["hund-anmelden"]
    clear_override(actor=editor, service_id=dog, field="title", language="de")
    clear_override(actor=editor, service_id=dog, field="synonyms", language="de")
    project()
    assert search_town("Hund", language="de", tenant=in_gladbeck)[0].title == "Hund anmelden"


def test_what_is_not_offered_comes_last_and_not_from_this_town(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, project: Run
) -> None:
    dog = service_id("hund-anmelden")
    set_decision(actor=editor, service_id=dog, decision="not_offered", reason="Wir haben keine Hunde.")
    project()
    hits = search_town("Steuer Hund", language="de", tenant=in_gladbeck)
    assert hits[-1].slug == "hund-anmelden"
    assert hits[-1].decided is not None
    assert hits[-1].decided.kind is Decision.NOT_OFFERED
    with as_umbrella():
        found = search_region("Hund", language="de", region=in_gladbeck.region_slug)[0]
        offers = list_offering_tenants(get_service("hund-anmelden"), region=in_gladbeck.region_slug)
    assert "gladbeck" not in {one.slug for one in found.tenants}
    assert {offer.tenant.slug for offer in offers} == {one.slug for one in found.tenants} != set()


def test_a_service_of_the_district_is_linked_from_its_towns(gladbeck: TenantInfo) -> None:
    with as_umbrella():
        offers = list_offering_tenants(get_service("fahrzeug-zulassen"), region=gladbeck.region_slug)
    kinds = {offer.tenant.slug: offer.decided.kind for offer in offers}
    assert kinds["gladbeck"] is Decision.LINK
    assert kinds["bottrop"] in {Decision.ADOPT, Decision.OVERRIDE}
    assert kinds["kreis-recklinghausen"] in {Decision.ADOPT, Decision.OVERRIDE}


def test_what_is_withdrawn_is_gone_at_once(in_gladbeck: TenantInfo, system: Actor, service_id: Find) -> None:
    archive_service(actor=system, service_id=service_id("hund-anmelden"))
    assert "hund-anmelden" not in slugs(search_town("Hund", language="de", tenant=in_gladbeck))
    with as_umbrella():
        assert "hund-anmelden" not in slugs(search_region("Hund", language="de", region=in_gladbeck.region_slug))


def test_projecting_twice_and_late_events_change_nothing(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, project: Run
) -> None:
    dog = service_id("hund-anmelden")
    set_override(actor=editor, service_id=dog, field="title", language="de", value="Alt")
    set_override(actor=editor, service_id=dog, field="title", language="de", value="Neu")
    with as_projector():
        older, newer = OutboxEvent.objects.filter(done_at__isnull=True).order_by("id")
    project()
    with as_projector():
        for event in (newer, older, newer):
            project_decision(event)
        row = OverrideProjection.objects.get(tenant_id=in_gladbeck.id, service_id=dog, language="de")
        assert row.texts["title"] == "Neu"
        assert DecisionProjection.objects.get(tenant_id=in_gladbeck.id, service_id=dog).decision == "override"


def test_rebuilding_gives_the_same_answers(in_gladbeck: TenantInfo, system: Actor, project: Run) -> None:
    before = search_town("Hund", language="de", tenant=in_gladbeck)
    with as_projector():
        OverrideProjection.objects.all().delete()
        DecisionProjection.objects.all().delete()
    rebuild_projections(actor=system)
    project()
    after = search_town("Hund", language="de", tenant=in_gladbeck)
    assert [(hit.slug, hit.title, hit.decided) for hit in after] == [
        (hit.slug, hit.title, hit.decided) for hit in before
    ]


def test_a_town_reads_its_own_projections_only(in_gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    assert not DecisionProjection.objects.filter(tenant_id=dorsten.id).exists()
    assert not OverrideProjection.objects.filter(tenant_id=dorsten.id).exists()


def test_query_budget(in_gladbeck: TenantInfo, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(5):  # documents, local services, decisions, own titles, services
        search(query="Hund", language="de", tenant=in_gladbeck)
    with django_assert_num_queries(4):  # documents, local services, and both once more for typing errors
        search(query="xyzxyz", language="de", tenant=in_gladbeck)
    with as_umbrella(), django_assert_num_queries(4):  # documents, local services, decisions, services
        search(query="Hund", language="de", region=in_gladbeck.region_slug)
