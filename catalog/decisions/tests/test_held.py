"""What a town keeps with a version beside its texts: figures as the region's, who is responsible, the validity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog.conftest import Answer
from catalog.decisions.pinning import get_pinning, pin_service, unpin_service
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import set_override
from catalog.decisions.tests.conftest import Publish
from catalog.search.comparison import TownFigures, compare_towns
from catalog.search.selectors import search_town
from catalog.services import selectors as shared
from catalog.services.models import LayerValue, Service
from catalog.services.versions import keep_versions
from tenants.actors import Actor
from tenants.context import as_operator, as_umbrella, in_tenant
from tenants.errors import NotFound
from tenants.registry.generations import touch_catalogue
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
OLD_FEE = {"kind": "fixed", "amount_cents": 900}
NEW_FEE = {"kind": "fixed", "amount_cents": 1500}
Find = Callable[[str], UUID]


@pytest.fixture
def held(in_gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish) -> UUID:
    """Gladbeck stays with a version; since then title and fee have changed above."""
    publish(SLUG, "title", "Alter Titel")
    publish(SLUG, "fee", OLD_FEE, language="")
    pin_service(actor=editor, service_id=service_id(SLUG))
    publish(SLUG, "title", "Neuer Titel")
    publish(SLUG, "fee", NEW_FEE, language="")
    return service_id(SLUG)


def figures_of(town: TenantInfo) -> TownFigures:
    with as_umbrella():
        found = compare_towns(shared.get_service(SLUG), region=town.region_slug)
    return next(one for one in found if one.tenant.slug == town.slug)


def test_figures_of_a_held_version_are_not_the_towns_own(
    held: UUID, gladbeck: TenantInfo, editor: Actor, publish: Publish, project: Callable[[], None]
) -> None:
    project()
    one = figures_of(gladbeck)
    assert "fee" in one.held
    assert "fee" not in one.own
    assert one.held_version == get_town_service(SLUG).pinned_version
    publish(SLUG, "fee", NEW_FEE, language="", locked=True)
    locked = figures_of(gladbeck)
    assert (locked.fee, "fee" in locked.held) == (NEW_FEE, False)
    publish(SLUG, "fee", NEW_FEE, language="")
    own = {"kind": "fixed", "amount_cents": 777}
    set_override(actor=editor, service_id=held, field="fee", language="", value=own)
    project()
    mine = figures_of(gladbeck)
    assert (mine.fee, "fee" in mine.own, "fee" in mine.held) == (own, True, False)


def test_comparing_takes_one_query_more(
    held: UUID, gladbeck: TenantInfo, project: Callable[[], None], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    project()
    with as_umbrella():
        record = shared.get_service(SLUG)
        with django_assert_num_queries(2):  # the decisions on this service, the versions that towns stay with
            compare_towns(record, region=gladbeck.region_slug)


def test_search_shows_nothing_of_the_newest_version_where_the_held_one_is_empty(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish, project: Callable[[], None]
) -> None:
    with as_operator():
        LayerValue.objects.filter(service__slug=SLUG, field="teaser").delete()
    publish(SLUG, "title", "Alter Titel")
    pin_service(actor=editor, service_id=service_id(SLUG))
    publish(SLUG, "teaser", "Ganz neu und nicht von hier")
    project()
    hits = {hit.slug: hit.teaser for hit in search_town("Meldebescheinigung", language="de", tenant=in_gladbeck)}
    assert hits[SLUG] == ""


def test_who_is_responsible_is_held_too(held: UUID, make_responsible: Answer, dorsten: TenantInfo) -> None:
    before = get_town_service(SLUG).authority
    make_responsible(SLUG, area="05562", is_nobody=True)
    assert get_town_service(SLUG).authority == before
    pinning = get_pinning(get_town_service(SLUG))
    assert pinning is not None
    assert (len(pinning.missed), pinning.facts) == (3, ("responsibilities",))
    with in_tenant(dorsten.ref):
        assert get_town_service(SLUG).is_nobodys


def test_a_service_that_ends_above_goes_on_in_the_version_that_is_held(
    held: UUID, gladbeck: TenantInfo, dorsten: TenantInfo, editor: Actor, project: Callable[[], None]
) -> None:
    project()
    with as_operator(), transaction.atomic():
        Service.objects.filter(id=held).update(valid_to=dt.date(2020, 1, 1))
        keep_versions([held], author="Rita Region")
        touch_catalogue()
    assert SLUG in {one.slug for one in list_town_services()}
    assert SLUG in {hit.slug for hit in search_town("Meldebescheinigung", language="de", tenant=gladbeck)}
    assert get_town_service(SLUG).title("de") == "Alter Titel"
    with in_tenant(dorsten.ref):
        assert SLUG not in {one.slug for one in list_town_services()}
        assert SLUG not in {hit.slug for hit in search_town("Meldebescheinigung", language="de", tenant=dorsten)}
        with pytest.raises(NotFound):
            get_town_service(SLUG)
    unpin_service(actor=editor, service_id=held)
    with pytest.raises(NotFound):
        get_town_service(SLUG)
