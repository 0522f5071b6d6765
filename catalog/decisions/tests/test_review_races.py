"""Two who answer at the same moment, and a publication or a lock in the middle of an answer: nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from catalog.decisions.above import digest_of
from catalog.decisions.answers import Place, Seen, keep_own, merge_review, take_above
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause
from catalog.decisions.reviews import ReviewKind, get_review, list_reviews_of
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.decisions.tests.conftest import publish_value
from catalog.resolution.values import EffectiveValue
from catalog.services.selectors import list_service_ids
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.errors import Conflict
from tenants.registry.sites import TenantInfo, directory

SLUG = "meldebescheinigung"
BASE, OURS, THEIRS, NEWEST = "<p>Alt.</p>", "<p>Unser Text.</p>", "<p>Neu.</p>", "<p>Noch neuer.</p>"


@pytest.fixture
def town(fresh_database: str) -> TenantInfo:
    """Return Gladbeck in a database in which transactions commit."""
    return directory.snapshot().tenants["gladbeck"]


@pytest.fixture
def boss(town: TenantInfo) -> Actor:
    """Return an editor of Gladbeck."""
    return Actor(kind="staff", name="Edda", id=UUID(int=7), tenant_id=town.id, roles=frozenset({"editor"}))


@pytest.fixture
def review(town: TenantInfo, boss: Actor) -> tuple[Place, Seen]:
    """A note of the town's own below which something has changed."""
    publish_value(SLUG, "notes", BASE)
    with in_tenant(town.ref):
        place = Place(list_service_ids()[SLUG], "notes", "de")
        set_override(actor=boss, service_id=place.service_id, field="notes", language="de", value=OURS)
    publish_value(SLUG, "notes", THEIRS)
    with in_tenant(town.ref):
        found = get_review(place.service_id, "notes", "de")
    return place, Seen(found.own_version, found.above)


def beside(job: Callable[[], object]) -> None:
    """Run something in another session, to its end."""

    def run() -> None:
        try:
            job()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_of_two_answers_at_once_one_holds_and_the_other_is_told(
    town: TenantInfo, boss: Actor, review: tuple[Place, Seen]
) -> None:
    place, seen = review
    start = threading.Barrier(2)

    def answer(carry_out: Callable[..., None]) -> str:
        try:
            start.wait(timeout=30)
            with in_tenant(town.ref):
                carry_out(actor=boss, place=place, seen=seen)
        except Conflict as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(answer, (take_above, keep_own)))
    assert sorted(told) == ["done", "stale_review"]
    with in_tenant(town.ref):
        causes = [one.cause for one in list_history(place.service_id, "notes", "de")]
        shown = get_town_service(SLUG).text("notes", "de")
        assert not list_reviews_of(place.service_id)
    taken = told[0] == "done"
    assert shown == (THEIRS if taken else OURS)
    assert causes == [Cause.TAKEN if taken else Cause.KEPT, Cause.SET]


@pytest.mark.parametrize("answer", [keep_own, take_above])
def test_a_publication_in_the_middle_of_an_answer_asks_again(
    town: TenantInfo,
    boss: Actor,
    review: tuple[Place, Seen],
    answer: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place, seen = review

    def published_meanwhile(above: EffectiveValue) -> str:
        beside(lambda: publish_value(SLUG, "notes", NEWEST))
        return digest_of(above)

    monkeypatch.setattr("catalog.decisions.answers.digest_of", published_meanwhile)
    with in_tenant(town.ref):
        answer(actor=boss, place=place, seen=seen)
        waiting = list_reviews_of(place.service_id)
        shown = get_town_service(SLUG).text("notes", "de")
    if answer is take_above:
        assert (shown, waiting) == (NEWEST, {})
    else:
        (one,) = waiting.values()
        assert (shown, one.base, one.new) == (OURS, THEIRS, NEWEST)


def test_a_lock_in_the_middle_of_a_merge_wins(
    town: TenantInfo, boss: Actor, review: tuple[Place, Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, seen = review

    def locked_meanwhile(above: EffectiveValue) -> str:
        beside(lambda: publish_value(SLUG, "notes", THEIRS, locked=True))
        return digest_of(above)

    monkeypatch.setattr("catalog.decisions.answers.digest_of", locked_meanwhile)
    with in_tenant(town.ref):
        with pytest.raises(Conflict) as refused:
            merge_review(actor=boss, place=place, seen=seen, value="<p>Beides.</p>")
        assert refused.value.code == "field_locked"
        assert get_town_service(SLUG).text("notes", "de") == THEIRS
        one = get_review(place.service_id, "notes", "de")
    assert (one.kind, one.theirs) == (ReviewKind.LOCKED, OURS)
