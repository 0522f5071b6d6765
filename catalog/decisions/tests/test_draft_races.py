"""Two people at one draft in the same moment, on real connections: nothing is lost, and each thing happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from catalog.decisions.answers import Place as ReviewPlace
from catalog.decisions.answers import Seen as SeenReview
from catalog.decisions.answers import take_above
from catalog.decisions.draft_workflow import discard_drafts, publish_drafts
from catalog.decisions.drafting import Seen, save_draft
from catalog.decisions.drafts import DraftInfo, get_draft, list_discarded
from catalog.decisions.history import list_history
from catalog.decisions.homes import Place
from catalog.decisions.models import ValueDraft
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.reviews import get_review
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.decisions.tests.conftest import publish_value
from catalog.resolution.values import FieldKey
from catalog.services.selectors import list_service_ids
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.errors import DomainError
from tenants.registry.sites import TenantInfo, directory

SLUG = "meldebescheinigung"
TEXTS = ("<p>Eins.</p>", "<p>Zwei.</p>")


@pytest.fixture
def town(fresh_database: str) -> TenantInfo:
    """Return Gladbeck in a database in which transactions commit."""
    return directory.snapshot().tenants["gladbeck"]


@pytest.fixture
def people(town: TenantInfo) -> list[Actor]:
    """Return two editors of Gladbeck."""
    named: dict[str, Any] = {"kind": "staff", "tenant_id": town.id, "roles": frozenset({"editor"})}
    return [Actor(name=name, id=UUID(int=number), **named) for number, name in enumerate(("Eins", "Zwei"), 7)]


@pytest.fixture
def place(town: TenantInfo) -> Place:
    """The note of a service."""
    with in_tenant(town.ref):
        return Place(list_service_ids()[SLUG], FieldKey("notes", "de"))


def at_once(town: TenantInfo, *jobs: Callable[[], object]) -> list[str]:
    """Run jobs at the same moment, each on a connection of its own, and return what each was told, "" for nothing."""
    start = threading.Barrier(len(jobs))

    def one(job: Callable[[], object]) -> str:
        try:
            start.wait(timeout=30)
            with in_tenant(town.ref):
                job()
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one, job) for job in jobs]]


def save(actor: Actor, place: Place, text: str, seen: Seen | None = None) -> DraftInfo:
    """Save a draft that changes something."""
    draft = save_draft(actor=actor, home=OVERRIDES, place=place, value=text, seen=seen)
    assert draft is not None
    return draft


def test_of_two_who_begin_at_once_one_is_told(town: TenantInfo, people: list[Actor], place: Place) -> None:
    jobs = [
        lambda actor=actor, text=text: save(actor, place, text, Seen(0))
        for actor, text in zip(people, TEXTS, strict=True)
    ]
    told = at_once(town, *jobs)
    assert sorted(told) == ["", "stale_value"]
    with in_tenant(town.ref):
        draft = get_draft(place)
        assert ValueDraft.objects.count() == 1
    assert draft is not None
    assert draft.value == TEXTS[told.index("")]


def test_a_draft_is_published_once(town: TenantInfo, people: list[Actor], place: Place) -> None:
    with in_tenant(town.ref):
        draft = save(people[0], place, TEXTS[0])
    named: dict[str, Any] = {"home": OVERRIDES, "service_id": place.service_id, "chosen": {draft.id: draft.version}}
    told = at_once(town, *(lambda one=one: publish_drafts(actor=one, **named) for one in people))
    assert sorted(told) == ["", "draft_state"]
    with in_tenant(town.ref):
        assert len(list_history(place.service_id, "notes", "de")) == 1


def test_who_writes_while_it_is_published_begins_anew_or_stops_it(
    town: TenantInfo, people: list[Actor], place: Place
) -> None:
    with in_tenant(town.ref):
        draft = save(people[0], place, TEXTS[0])
    named: dict[str, Any] = {"home": OVERRIDES, "service_id": place.service_id, "chosen": {draft.id: draft.version}}
    told = at_once(
        town,
        lambda: publish_drafts(actor=people[1], **named),
        lambda: save(people[0], place, TEXTS[1], Seen(draft.version, draft.id)),
    )
    with in_tenant(town.ref):
        shown, left = get_town_service(SLUG).text("notes", "de"), get_draft(place)
    if told == ["", "stale_value"]:
        # Published first: the later text is back in the hands of whoever wrote it.
        assert (shown, left) == (TEXTS[0], None)
    else:
        assert told == ["stale_draft", ""]
        assert left is not None
        assert left.value == TEXTS[1]


def test_a_draft_and_an_answer_to_a_review_never_wait_for_each_other_in_a_circle(
    town: TenantInfo, people: list[Actor], place: Place
) -> None:
    at: dict[str, Any] = {"service_id": place.service_id, "field": "notes", "language": "de"}
    publish_value(SLUG, "notes", "<p>Alt.</p>")
    with in_tenant(town.ref):
        set_override(actor=people[0], **at, value=TEXTS[0])
    publish_value(SLUG, "notes", "<p>Neu.</p>")
    with in_tenant(town.ref):
        draft = save(people[0], place, TEXTS[1])
        review = get_review(place.service_id, "notes", "de")
    named: dict[str, Any] = {"home": OVERRIDES, "service_id": place.service_id, "chosen": {draft.id: draft.version}}
    seen = SeenReview(review.own_version, review.above)
    told = at_once(
        town,
        lambda: publish_drafts(actor=people[1], **named),
        lambda: take_above(actor=people[0], place=ReviewPlace(*at.values()), seen=seen),
    )
    with in_tenant(town.ref):
        shown = get_town_service(SLUG).text("notes", "de")
    assert (told, shown) in [(["", "stale_review"], TEXTS[1]), (["base_moved", ""], "<p>Neu.</p>")]


def test_discarded_and_published_at_once_is_one_of_both(town: TenantInfo, people: list[Actor], place: Place) -> None:
    with in_tenant(town.ref):
        draft = save(people[0], place, TEXTS[0])
    named: dict[str, Any] = {"home": OVERRIDES, "service_id": place.service_id, "chosen": {draft.id: draft.version}}
    told = at_once(
        town,
        lambda: publish_drafts(actor=people[0], **named),
        lambda: discard_drafts(actor=people[1], **named),
    )
    assert sorted(told) == ["", "draft_state"]
    with in_tenant(town.ref):
        is_public = get_town_service(SLUG).text("notes", "de") == TEXTS[0]
        assert bool(list_discarded(place)) is not is_public
