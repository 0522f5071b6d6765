"""The queue of addresses: patience before a link is called broken, pauses for hosts, and who may what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from catalog.linkcheck import handlers, services
from catalog.linkcheck.checking import Outcome, Problem, Rules, Verdict, check_url
from catalog.linkcheck.models import CheckedLink, LinkPlace
from catalog.linkcheck.selectors import get_link_states, list_broken_places
from catalog.linkcheck.services import (
    ask_for_check,
    check_due_links,
    collect_shared_links,
    current_rules,
    note_addresses,
)
from catalog.linkcheck.tests.misbehaving import misbehaving_site
from catalog.services.models import LayerValue, Service
from tenants.actors import Actor
from tenants.context import as_migration, as_projector, as_umbrella, in_tenant
from tenants.errors import NotAllowed, NotFound
from tenants.outbox.services import publish
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
URL = "https://tot.example/seite"
FINE, GONE = Outcome(Verdict.FINE, status=200), Outcome(Verdict.FAILED, Problem.STATUS, 404)


@pytest.fixture(autouse=True)
def _switched_on(settings: Settings) -> None:
    settings.VERBUND_LINKCHECK = True


@pytest.fixture
def only() -> Callable[..., None]:
    """Keep nothing but these addresses."""

    def keep(*urls: str) -> None:
        with as_projector():
            CheckedLink.objects.all().delete()
            note_addresses(urls, now=timezone.now())

    return keep


def make_due() -> None:
    with as_projector():
        CheckedLink.objects.update(due_at=timezone.now())


def state(url: str = URL) -> CheckedLink:
    with as_projector():
        return CheckedLink.objects.get(url=url)


def told(outcome: Outcome, _url: str) -> Outcome:
    return outcome


def check(system: Actor, *outcomes: Outcome) -> None:
    """Let the only address be asked, once for each outcome."""
    for outcome in outcomes:
        make_due()
        assert check_due_links(actor=system, seconds=0.5, check=partial(told, outcome)) == 1


def test_a_link_is_broken_after_three_failures_in_a_row(system: Actor, only: Callable[..., None]) -> None:
    only(URL)
    check(system, GONE)
    assert (state().is_ok, state().failures) == (None, 1)
    assert state().due_at < timezone.now() + dt.timedelta(minutes=15)
    check(system, GONE)
    assert state().is_ok is None
    check(system, GONE)
    broken = state()
    assert (broken.is_ok, broken.status, broken.failures) == (False, 404, 3)
    assert broken.changed_at is not None


def test_a_server_that_was_only_restarted_is_no_broken_link(system: Actor, only: Callable[..., None]) -> None:
    with misbehaving_site() as site:
        only(site.at("/restarting"))
        rules = Rules(user_agent="x", allowed_hosts=("127.0.0.1",))
        assert check_due_links(actor=system, seconds=0.5, check=lambda url: check_url(url, rules)) == 1
        assert state(site.at("/restarting")).failures == 1
        site.is_mended = True
        make_due()
        check_due_links(actor=system, seconds=0.5, check=lambda url: check_url(url, rules))
        mended = state(site.at("/restarting"))
    assert (mended.is_ok, mended.failures, mended.problem) == (True, 0, "")
    assert mended.due_at > timezone.now() + dt.timedelta(days=6)


def test_a_broken_link_that_works_again_is_whole_at_once(system: Actor, only: Callable[..., None]) -> None:
    only(URL)
    check(system, GONE, GONE, GONE, FINE)
    assert state().is_ok is True


def test_hosts_are_asked_one_page_at_a_time(system: Actor, only: Callable[..., None]) -> None:
    only("https://a.example/1", "https://a.example/2", "https://b.example/1")
    asked: list[str] = []

    def note(url: str) -> Outcome:
        asked.append(url)
        return FINE

    assert check_due_links(actor=system, seconds=0.3, check=note) == 2
    assert sorted(url.partition("example")[0] for url in asked) == ["https://a.", "https://b."]


def test_when_the_network_is_away_no_link_is_blamed(system: Actor, only: Callable[..., None]) -> None:
    only(*(f"https://{number}.example/" for number in range(6)))
    away = Outcome(Verdict.FAILED, Problem.NO_HOST)
    assert check_due_links(actor=system, seconds=0.5, check=partial(told, away)) == 0
    with as_projector():
        assert set(CheckedLink.objects.values_list("failures", "checked_at")) == {(0, None)}
    make_due()
    assert check_due_links(actor=system, seconds=0.5, check=partial(told, FINE)) == 6


def test_switched_off_nobody_is_asked(system: Actor, only: Callable[..., None], settings: Settings) -> None:
    settings.VERBUND_LINKCHECK = False
    only(URL)
    assert check_due_links(actor=system, seconds=0.3, check=lambda _url: pytest.fail("asked")) == 0


def test_the_user_agent_says_whom_to_write_to(settings: Settings) -> None:
    settings.VERBUND_LINKCHECK_CONTACT = "https://it.example/kontakt"
    settings.VERBUND_LINKCHECK_ALLOWED_HOSTS = ["intern.example"]
    rules = current_rules()
    assert "https://it.example/kontakt" in rules.user_agent
    assert rules.allowed_hosts == ("intern.example",)


def test_links_of_the_shared_catalogue_are_collected_with_their_places(
    system: Actor, service_id: Callable[[str], UUID]
) -> None:
    dog = service_id("hund-anmelden")
    with as_migration():
        row = LayerValue.objects.get(service_id=dog, field="notes", language="de", layer="federation")
        row.value = f'<p><a href="{URL}">hier</a></p>'
        row.save()
    collect_shared_links(actor=system)
    with as_projector():
        place = LinkPlace.objects.get(url=URL)
    assert (place.service_id, place.field, place.language) == (dog, "notes", "de")
    assert state().checked_at is None
    assert collect_shared_links(actor=system) == collect_shared_links(actor=system)
    with as_migration():
        Service.objects.filter(id=dog).update(state="draft")
    collect_shared_links(actor=system)
    with as_projector():
        assert not LinkPlace.objects.filter(url=URL).exists()


def test_editors_of_the_region_see_where_a_broken_link_stands(
    system: Actor, only: Callable[..., None], service_id: Callable[[str], UUID]
) -> None:
    dog = service_id("hund-anmelden")
    common = {"url": URL, "service_id": dog, "field": "notes", "language": "de"}
    with as_projector():
        LinkPlace.objects.all().delete()
        LinkPlace.objects.create(**common, layer="federation", area="")
        LinkPlace.objects.create(**common, layer="region", area="muensterland")
    only(URL)
    check(system, GONE, GONE, GONE)
    with as_umbrella():
        here = list_broken_places(region="emscher-lippe")
        there = list_broken_places(region="muensterland")
    assert [(place.layer, place.field) for place in here] == [("federation", "notes")]
    assert len(there) == 2


def test_a_town_names_its_addresses_through_the_outbox(
    gladbeck: TenantInfo, project: Callable[[], None], only: Callable[..., None]
) -> None:
    only()
    with in_tenant(gladbeck.ref):
        publish(kind=handlers.NAMED, data={"urls": ["https://stadt.example/", "ftp://nicht.example", "javascript:x"]})
    project()
    with as_projector():
        assert list(CheckedLink.objects.values_list("url", "host")) == [("https://stadt.example/", "stadt.example")]


def test_a_wish_moves_a_known_link_forward_but_not_one_that_was_just_asked(
    gladbeck: TenantInfo, project: Callable[[], None], system: Actor, only: Callable[..., None]
) -> None:
    only(URL)
    check(system, FINE)
    later = state().due_at
    with in_tenant(gladbeck.ref):
        publish(kind=handlers.ASKED, data={"url": URL})
        publish(kind=handlers.ASKED, data={"url": "https://unbekannt.example/"})
    project()
    assert state().due_at == later
    with as_projector():
        CheckedLink.objects.update(checked_at=timezone.now() - dt.timedelta(hours=1))
    with in_tenant(gladbeck.ref):
        publish(kind=handlers.ASKED, data={"url": URL})
    project()
    assert state().due_at <= timezone.now()
    with as_projector():
        assert CheckedLink.objects.count() == 1


def test_addresses_that_nobody_has_any_more_are_forgotten(system: Actor, only: Callable[..., None]) -> None:
    only(URL)
    with as_projector():
        CheckedLink.objects.update(seen_at=timezone.now() - dt.timedelta(days=40))
    collect_shared_links(actor=system)
    with as_projector():
        assert not CheckedLink.objects.filter(url=URL).exists()


def test_only_who_may_runs_or_asks(editor: Actor, only: Callable[..., None]) -> None:
    only(URL)
    region_editor = Actor(
        kind="editor", name="Rita", id=UUID(int=9), region="emscher-lippe", roles=frozenset({"editor"})
    )
    with pytest.raises(NotAllowed):
        check_due_links(actor=editor, seconds=0.1)
    with pytest.raises(NotAllowed):
        collect_shared_links(actor=editor)
    with pytest.raises(NotAllowed):
        ask_for_check(actor=editor, url=URL)
    with pytest.raises(NotFound):
        ask_for_check(actor=region_editor, url=URL)
    with as_projector():
        LinkPlace.objects.create(url=URL, service_id=UUID(int=1), layer="federation", field="notes", language="de")
    ask_for_check(actor=region_editor, url=URL)


def test_what_a_check_says_is_read_by_towns(system: Actor, gladbeck: TenantInfo, only: Callable[..., None]) -> None:
    only(URL)
    check(system, GONE, GONE, GONE)
    with in_tenant(gladbeck.ref):
        known = get_link_states([URL, "https://fremd.example/"])
    assert list(known) == [URL]
    assert known[URL].is_broken
    assert services.FAILURES_UNTIL_BROKEN == 3
