"""With four eyes what a town writes is published by somebody who has not written it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from catalog.decisions.answers import Place as ReviewPlace
from catalog.decisions.answers import Seen as SeenReview
from catalog.decisions.answers import keep_own, merge_review, take_above
from catalog.decisions.draft_workflow import publish_drafts, send_back_drafts, submit_drafts
from catalog.decisions.drafting import Seen, save_draft
from catalog.decisions.drafts import DraftInfo, get_draft
from catalog.decisions.history import list_history
from catalog.decisions.homes import Place
from catalog.decisions.models import Cause
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.reviews import get_review, list_reviews_of
from catalog.decisions.rules import has_four_eyes, set_four_eyes
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import clear_override, set_decision, set_override
from catalog.decisions.tests.conftest import Publish
from catalog.resolution.values import FieldKey
from tenants.actors import Actor
from tenants.audit.selectors import list_entries
from tenants.errors import Conflict, InvalidInput, NotAllowed
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
OURS, NEWER = "<p>Unser Text, alt.</p>", "<p>Ganz anders.</p>"


@pytest.fixture
def boss(editor: Actor) -> Actor:
    """Return an administrator of Gladbeck."""
    return replace(editor, name="Anja Leitung", id=UUID(int=70), roles=frozenset({"administrator"}))


@pytest.fixture
def place(in_gladbeck: TenantInfo, service_id: Callable[[str], UUID], boss: Actor) -> Place:
    """The note of a service in a town with four eyes."""
    set_four_eyes(actor=boss, is_on=True)
    return Place(service_id(SLUG), FieldKey("notes", "de"))


def write(actor: Actor, place: Place, value: str = OURS, seen: Seen | None = None) -> DraftInfo:
    """Save a draft."""
    draft = save_draft(actor=actor, home=OVERRIDES, place=place, value=value, seen=seen)
    assert draft is not None
    return draft


def step(carry_out: Callable[..., None], actor: Actor, draft: DraftInfo, **words: str) -> None:
    """Take a step with one draft."""
    chosen = {draft.id: draft.version}
    carry_out(actor=actor, home=OVERRIDES, service_id=draft.place.service_id, chosen=chosen, **words)


def test_only_administrators_set_the_rule(in_gladbeck: TenantInfo, editor: Actor, boss: Actor) -> None:
    with pytest.raises(NotAllowed):
        set_four_eyes(actor=editor, is_on=True)
    assert not has_four_eyes()
    set_four_eyes(actor=boss, is_on=True)
    assert has_four_eyes()
    assert list_entries(tenant_id=in_gladbeck.id, limit=1)[0].action == "catalog.rules.set"
    set_four_eyes(actor=boss, is_on=False)
    assert not has_four_eyes()


def test_nobody_publishes_what_is_their_own(place: Place, editor: Actor, boss: Actor) -> None:
    draft = write(editor, place)
    with pytest.raises(NotAllowed):
        step(publish_drafts, editor, draft)
    with pytest.raises(Conflict) as early:
        step(publish_drafts, boss, draft)
    assert early.value.code == "not_handed_in"
    step(submit_drafts, editor, draft, note="Bitte lesen.")
    with pytest.raises(NotAllowed) as own:
        step(publish_drafts, editor, draft)
    assert own.value.code == "four_eyes_needed"
    step(publish_drafts, boss, draft)
    assert get_town_service(SLUG).text("notes", "de") == OURS
    (entry,) = list_history(place.service_id, "notes", "de")
    assert (entry.author, entry.approved_by) == ("Edda Redaktion", "Anja Leitung")
    told = {one.action: one for one in list_entries(tenant_id=place_tenant(editor), limit=10)}
    assert told["catalog.draft.published"].actor_name == "Anja Leitung"
    assert told["catalog.draft.submitted"].actor_name == "Edda Redaktion"


def place_tenant(actor: Actor) -> UUID:
    """Return the town of somebody on its staff."""
    assert actor.tenant_id is not None
    return actor.tenant_id


def test_who_has_written_a_part_is_an_author(place: Place, editor: Actor, boss: Actor) -> None:
    first = write(editor, place)
    both = write(boss, place, "<p>Unser Text, neu.</p>", Seen(first.version, first.id))
    step(submit_drafts, editor, both)
    for author in (editor, boss):
        with pytest.raises(NotAllowed):
            step(publish_drafts, author, both)
    step(publish_drafts, replace(boss, id=UUID(int=71), name="Dritte"), both)


def test_a_draft_goes_back_with_a_word(place: Place, editor: Actor, boss: Actor) -> None:
    draft = write(editor, place)
    step(submit_drafts, editor, draft)
    with pytest.raises(InvalidInput):
        step(send_back_drafts, boss, draft, comment=" ")
    step(send_back_drafts, boss, draft, comment="Nennen Sie den Preis.")
    again = get_draft(place)
    assert again is not None
    assert (again.is_waiting, again.comment) == (False, "Nennen Sie den Preis.")
    better = write(editor, place, "<p>Kostet 9 Euro.</p>", Seen(again.version, again.id))
    step(submit_drafts, editor, better)
    step(publish_drafts, boss, better)
    assert get_town_service(SLUG).text("notes", "de") == "<p>Kostet 9 Euro.</p>"


def test_no_way_leads_around_it(place: Place, editor: Actor, system: Actor) -> None:
    at: dict[str, Any] = {"service_id": place.service_id, "field": "notes", "language": "de"}
    with pytest.raises(NotAllowed):
        set_override(actor=editor, **at, value=OURS)
    set_override(actor=system, **at, value=OURS)
    assert get_town_service(SLUG).text("notes", "de") == OURS


def test_decisions_and_what_others_have_published_hold_at_once(place: Place, editor: Actor, system: Actor) -> None:
    at: dict[str, Any] = {"service_id": place.service_id, "field": "notes", "language": "de"}
    set_override(actor=system, **at, value=OURS)
    clear_override(actor=editor, **at)
    set_decision(actor=editor, service_id=place.service_id, decision="not_offered", reason="Macht der Kreis.")
    assert get_town_service(SLUG).decided.kind == "not_offered"


def test_a_joined_review_is_handed_in_and_waits(
    place: Place, editor: Actor, boss: Actor, system: Actor, publish: Publish
) -> None:
    at = ReviewPlace(place.service_id, "notes", "de")
    publish(SLUG, "notes", "<p>Eins.</p>")
    set_override(actor=system, service_id=place.service_id, field="notes", language="de", value=OURS)
    publish(SLUG, "notes", NEWER)
    review = get_review(place.service_id, "notes", "de")
    seen = SeenReview(review.own_version, review.above)
    assert merge_review(actor=editor, place=at, seen=seen, value="<p>Beides.</p>") is False
    assert get_town_service(SLUG).text("notes", "de") == OURS
    assert place.key in list_reviews_of(place.service_id)
    draft = get_draft(place)
    assert draft is not None
    assert draft.is_waiting
    step(publish_drafts, boss, draft)
    assert get_town_service(SLUG).text("notes", "de") == "<p>Beides.</p>"
    assert list_history(place.service_id, "notes", "de")[0].cause is Cause.MERGED
    assert list_reviews_of(place.service_id) == {}


@pytest.mark.parametrize("answer", [take_above, keep_own])
def test_taking_and_keeping_need_no_second_person(
    place: Place, editor: Actor, system: Actor, publish: Publish, answer: Callable[..., None]
) -> None:
    publish(SLUG, "notes", "<p>Eins.</p>")
    set_override(actor=system, service_id=place.service_id, field="notes", language="de", value=OURS)
    publish(SLUG, "notes", NEWER)
    review = get_review(place.service_id, "notes", "de")
    at = ReviewPlace(place.service_id, "notes", "de")
    answer(actor=editor, place=at, seen=SeenReview(review.own_version, review.above))
    assert list_reviews_of(place.service_id) == {}
