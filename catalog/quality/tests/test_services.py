"""Counting: what has changed is counted again, nothing of a town leaves it but figures and addresses."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.coverage.models import TownCoverage
from catalog.coverage.selectors import list_due_tenants, list_region_days, list_town_lines
from catalog.coverage.services import sum_regions
from catalog.decisions.services import clear_override, set_decision, set_override
from catalog.linkcheck.models import CheckedLink
from catalog.quality.models import CoverageDay, ServiceScore
from catalog.quality.scoring import Part
from catalog.quality.selectors import get_score, list_link_uses
from catalog.quality.services import ask_for_link_check, count_quality
from tenants.actors import Actor
from tenants.context import as_projector, as_umbrella, in_tenant
from tenants.errors import NotAllowed, NotFound
from tenants.outbox.models import OutboxEvent
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
DOG = "hund-anmelden"
DEAD = "https://tot.gladbeck.example/hund"


@pytest.fixture(autouse=True)
def _counted(gladbeck: TenantInfo, system: Actor, project: Callable[[], None]) -> None:
    """Start with everything counted."""
    with in_tenant(gladbeck.ref):
        count_quality(actor=system, is_full=True)
    project()


def count(town: TenantInfo, system: Actor) -> int:
    with in_tenant(town.ref):
        return count_quality(actor=system)


def break_link(url: str) -> None:
    with as_projector():
        CheckedLink.objects.filter(url=url).update(is_ok=False, status=404, problem="status", checked_at=timezone.now())


def test_what_is_carried_out_here_is_scored_and_what_is_linked_is_not(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        rows = {row.decision: row.score for row in ServiceScore.objects.all()}
        assert rows["link"] is None
        assert rows["adopt"] is not None
        assert {"adopt", "override", "link"} >= set(rows)
        day = CoverageDay.objects.get(day=timezone.localdate())
        assert day.scored == ServiceScore.objects.filter(score__isnull=False).count() > 0
        assert day.services == ServiceScore.objects.count()


def test_only_what_changed_is_counted_again(
    gladbeck: TenantInfo, system: Actor, editor: Actor, service_id: Callable[[str], UUID]
) -> None:
    with in_tenant(gladbeck.ref):
        adapted = ServiceScore.objects.filter(decision="override").count()
    assert count(gladbeck, system) == adapted
    new = (
        service_id("geburtsurkunde-beantragen")
        if "geburtsurkunde-beantragen" in _slugs(gladbeck)
        else _adopted(gladbeck)
    )
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=new, field="legal_basis", language="de", value=None)
    assert count(gladbeck, system) == adapted + 1


def _slugs(town: TenantInfo) -> set[str]:
    with in_tenant(town.ref):
        return set(ServiceScore.objects.filter(decision="adopt").values_list("slug", flat=True))


def _adopted(town: TenantInfo) -> UUID:
    with in_tenant(town.ref):
        return ServiceScore.objects.filter(decision="adopt").order_by("slug").values_list("service_id", flat=True)[0]


def test_a_better_text_raises_the_score(
    gladbeck: TenantInfo, system: Actor, editor: Actor, service_id: Callable[[str], UUID]
) -> None:
    dog = service_id(DOG)
    amount = {"kind": "fixed", "amount_cents": 9600, "unit": "pro Jahr", "sample": True}
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=dog, field="fee", language="", value=amount)
    count(gladbeck, system)
    with in_tenant(gladbeck.ref):
        before = get_score(dog)
        set_override(actor=editor, service_id=dog, field="fee", language="", value={**amount, "sample": False})
    count(gladbeck, system)
    with in_tenant(gladbeck.ref):
        after = get_score(dog)
    assert before is not None
    assert after is not None
    assert (before.points(Part.FEE), after.points(Part.FEE)) == (50, 100)
    assert (after.score or 0) > (before.score or 0)


def test_a_service_that_is_not_offered_any_more_has_no_score(
    gladbeck: TenantInfo, system: Actor, editor: Actor, service_id: Callable[[str], UUID]
) -> None:
    dog = service_id(DOG)
    with in_tenant(gladbeck.ref):
        set_decision(actor=editor, service_id=dog, decision="not_offered", reason="Hunde sind verboten.")
    count(gladbeck, system)
    with in_tenant(gladbeck.ref):
        assert get_score(dog) is None


def test_a_towns_own_link_is_checked_and_found_broken_with_its_place(
    gladbeck: TenantInfo,
    dorsten: TenantInfo,
    system: Actor,
    editor: Actor,
    service_id: Callable[[str], UUID],
    project: Callable[[], None],
) -> None:
    dog = service_id(DOG)
    with in_tenant(gladbeck.ref):
        set_override(
            actor=editor, service_id=dog, field="notes", language="de", value=f'<p><a href="{DEAD}">Steueramt</a></p>'
        )
    count(gladbeck, system)
    project()
    break_link(DEAD)
    assert count(gladbeck, system) > 0
    with in_tenant(gladbeck.ref):
        use = next(one for one in list_link_uses() if one.state.url == DEAD)
        found = get_score(dog)
    assert (use.slug, use.field, use.language, use.is_own) == (DOG, "notes", "de", True)
    assert found is not None
    assert (found.points(Part.LINKS) or 0) <= 50
    with in_tenant(dorsten.ref):
        count_quality(actor=system, is_full=True)
        assert DEAD not in {one.state.url for one in list_link_uses(is_all=True)}
    with in_tenant(gladbeck.ref):
        clear_override(actor=editor, service_id=dog, field="notes", language="de")
    count(gladbeck, system)
    with in_tenant(gladbeck.ref):
        assert DEAD not in {one.state.url for one in list_link_uses(is_all=True)}


def test_a_check_is_asked_for_links_of_ones_own_pages_only(
    gladbeck: TenantInfo, editor: Actor, stranger: Actor, system: Actor, service_id: Callable[[str], UUID]
) -> None:
    with in_tenant(gladbeck.ref):
        set_override(
            actor=editor, service_id=service_id(DOG), field="notes", language="de", value=f'<a href="{DEAD}">x</a>'
        )
        count_quality(actor=system)
        ask_for_link_check(actor=editor, url=DEAD)
        with pytest.raises(NotFound):
            ask_for_link_check(actor=editor, url="https://fremd.example/")
        with pytest.raises(NotAllowed):
            ask_for_link_check(actor=stranger, url=DEAD)
        with pytest.raises(NotAllowed):
            count_quality(actor=editor)
    with as_projector():
        assert OutboxEvent.objects.filter(kind="catalog.link_asked", done_at=None).count() == 1


def test_figures_reach_the_region_and_towns_see_their_own_alone(
    gladbeck: TenantInfo, dorsten: TenantInfo, system: Actor, project: Callable[[], None]
) -> None:
    with in_tenant(dorsten.ref):
        count_quality(actor=system, is_full=True)
    project()
    sum_regions(actor=system)
    with as_umbrella():
        lines = {line.town.slug: line.figures for line in list_town_lines("emscher-lippe")}
        days = list_region_days("emscher-lippe", since=timezone.localdate())
    assert lines["gladbeck"] is not None
    assert lines["dorsten"] is not None
    assert days[0].figures.scored == sum(one.scored for one in lines.values() if one is not None)
    with in_tenant(gladbeck.ref):
        assert {row.tenant_id for row in TownCoverage.objects.all()} == {gladbeck.id}


def test_a_town_is_due_when_something_changed_and_once_a_day(
    gladbeck: TenantInfo, system: Actor, editor: Actor, service_id: Callable[[str], UUID], project: Callable[[], None]
) -> None:
    def due() -> dict[str, bool]:
        return {town.slug: is_full for town, is_full in list_due_tenants()}

    assert "gladbeck" not in due()
    with in_tenant(gladbeck.ref):
        set_decision(actor=editor, service_id=service_id(DOG), decision="adopt")
    assert due()["gladbeck"] is False
    count(gladbeck, system)
    project()
    assert "gladbeck" not in due()
    with as_projector():
        TownCoverage.objects.filter(tenant_id=gladbeck.id).update(day=timezone.localdate().replace(year=2025))
    assert due()["gladbeck"] is True


def test_a_look_without_changes_reads_little(gladbeck: TenantInfo, system: Actor) -> None:
    directory.snapshot()
    with in_tenant(gladbeck.ref):
        ServiceScore.objects.filter(decision="override").delete()
        count_quality(actor=system)
        with CaptureQueriesContext(connection) as queries:
            count_quality(actor=system)
    assert len(queries) <= 30
