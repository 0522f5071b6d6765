"""Changes from above meet own values: a review is there, tells the three texts apart, and each answer ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.answers import Answer, Place, Seen, answer_many, keep_own, merge_review, take_above
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause, Override
from catalog.decisions.review_texts import compare
from catalog.decisions.reviews import (
    Review,
    ReviewKind,
    count_reviews,
    get_review,
    list_notes,
    list_overdue,
    list_reviews,
    list_reviews_of,
)
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import clear_override, set_decision, set_override
from catalog.decisions.tests.conftest import Publish
from catalog.resolution.decide import Decision
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
BASE = "<p>Fragen Sie vorher. Die Bescheinigung kostet 9 Euro.</p>"
OURS = "<p>Fragen Sie vorher im Rathaus. Die Bescheinigung kostet 9 Euro.</p>"
THEIRS = "<p>Fragen Sie vorher. Die Bescheinigung kostet 12 Euro.</p>"
BOTH = "<p>Fragen Sie vorher im Rathaus. Die Bescheinigung kostet 12 Euro.</p>"
Find = Callable[[str], UUID]


@pytest.fixture
def adapted(in_gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish) -> Place:
    """Gladbeck has a note of its own, written against BASE."""
    publish(SLUG, "notes", BASE)
    place = Place(service_id(SLUG), "notes", "de")
    set_override(actor=editor, service_id=place.service_id, field="notes", language="de", value=OURS)
    return place


@pytest.fixture
def changed(adapted: Place, publish: Publish) -> Review:
    """Above, the note was changed since."""
    publish(SLUG, "notes", THEIRS, note="Neue Gebühr")
    return get_review(adapted.service_id, "notes", "de")


def seen(one: Review) -> Seen:
    """Return what an editor saw."""
    return Seen(one.own_version, one.above)


def note_of_town() -> object:
    return get_town_service(SLUG).text("notes", "de")


def causes(place: Place) -> list[Cause]:
    """Return the causes in the history, the newest first."""
    return [one.cause for one in list_history(place.service_id, place.field, place.language)]


def test_nothing_waits_while_nothing_changes(adapted: Place) -> None:
    assert adapted.service_id not in {one.service_id for one in list_reviews()}
    with pytest.raises(NotFound):
        get_review(adapted.service_id, "notes", "de")


def test_a_change_above_waits_for_an_answer(changed: Review, adapted: Place) -> None:
    assert (changed.base, changed.theirs, changed.new) == (BASE, OURS, THEIRS)
    assert (changed.kind, changed.is_base_known) == (ReviewKind.CHANGED, True)
    assert changed.origin is not None
    assert changed.origin.author == "Rita Region"
    assert [one.note for one in list_notes(changed)] == ["Neue Gebühr"]
    assert changed in list_reviews()
    assert note_of_town() == OURS


def test_other_fields_and_other_towns_have_nothing_to_answer(changed: Review, adapted: Place, publish: Publish) -> None:
    before = count_reviews()
    publish(SLUG, "teaser", "Ein anderer Satz.")
    publish("geburtsurkunde", "notes", "<p>Anderswo</p>")
    assert count_reviews() == before
    assert list(list_reviews_of(adapted.service_id)) == [changed.key]


def test_a_whole_town_takes_two_queries(
    changed: Review, editor: Actor, service_id: Find, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for field in ("teaser", "procedure", "short_text"):
        set_override(
            actor=editor, service_id=service_id("geburtsurkunde"), field=field, language="de", value="Unser Text."
        )
    with django_assert_num_queries(2):
        list_reviews()


def test_taking_lets_the_value_from_above_hold(changed: Review, adapted: Place, editor: Actor) -> None:
    take_above(actor=editor, place=adapted, seen=seen(changed))
    assert note_of_town() == THEIRS
    assert causes(adapted)[0] is Cause.TAKEN
    assert list_history(adapted.service_id, "notes", "de")[1].value == OURS
    assert not list_reviews_of(adapted.service_id)
    assert get_town_service(SLUG).decided.kind is Decision.ADOPT
    assert list_entries(tenant_id=editor.tenant_id)[0].action == "catalog.review.answered"  # type: ignore[arg-type]


def test_keeping_asks_again_at_the_next_change_only(
    changed: Review, adapted: Place, editor: Actor, publish: Publish
) -> None:
    keep_own(actor=editor, place=adapted, seen=seen(changed))
    assert note_of_town() == OURS
    assert causes(adapted)[0] is Cause.KEPT
    assert not list_reviews_of(adapted.service_id)
    publish(SLUG, "notes", "<p>Ganz neu.</p>")
    assert get_review(adapted.service_id, "notes", "de").base == THEIRS


def test_merging_holds_both(changed: Review, adapted: Place, editor: Actor) -> None:
    comparison = compare(changed)
    assert comparison.conflicts == 0
    assert comparison.draft == BOTH
    merge_review(actor=editor, place=adapted, seen=seen(changed), value=comparison.draft)
    assert note_of_town() == BOTH
    assert causes(adapted)[0] is Cause.MERGED
    assert not list_reviews_of(adapted.service_id)


def test_merging_into_either_side_is_taking_or_keeping(
    changed: Review, adapted: Place, editor: Actor, publish: Publish
) -> None:
    merge_review(actor=editor, place=adapted, seen=seen(changed), value=OURS)
    assert causes(adapted)[0] is Cause.KEPT
    publish(SLUG, "notes", BASE)
    again = get_review(adapted.service_id, "notes", "de")
    merge_review(actor=editor, place=adapted, seen=seen(again), value=BASE)
    assert causes(adapted)[0] is Cause.TAKEN
    assert note_of_town() == BASE


def test_a_conflict_left_open_is_refused(adapted: Place, editor: Actor, publish: Publish) -> None:
    publish(SLUG, "notes", BASE.replace("vorher", "rechtzeitig"))
    set_override(
        actor=editor, service_id=adapted.service_id, field="notes", language="de", value=BASE.replace("vorher", "gern")
    )
    publish(SLUG, "notes", BASE.replace("vorher", "heute"))
    one = get_review(adapted.service_id, "notes", "de")
    comparison = compare(one)
    assert comparison.conflicts == 1
    with pytest.raises(InvalidInput):
        merge_review(actor=editor, place=adapted, seen=seen(one), value=comparison.draft)
    assert get_review(adapted.service_id, "notes", "de") == one


def test_two_editors_answer_at_once_and_the_second_is_told(changed: Review, adapted: Place, editor: Actor) -> None:
    keep_own(actor=editor, place=adapted, seen=seen(changed))
    for answer in (take_above, keep_own):
        with pytest.raises(Conflict) as refused:
            answer(actor=editor, place=adapted, seen=seen(changed))
        assert refused.value.code == "stale_review"
    assert note_of_town() == OURS


def test_a_publication_while_a_review_is_open_is_noticed(
    changed: Review, adapted: Place, editor: Actor, publish: Publish
) -> None:
    publish(SLUG, "notes", "<p>Noch einmal anders.</p>")
    with pytest.raises(Conflict) as refused:
        merge_review(actor=editor, place=adapted, seen=seen(changed), value=BOTH)
    assert refused.value.code == "stale_review"
    fresh = get_review(adapted.service_id, "notes", "de")
    assert (fresh.base, fresh.new) == (BASE, "<p>Noch einmal anders.</p>")


def test_a_lock_while_merging_wins(changed: Review, adapted: Place, editor: Actor, publish: Publish) -> None:
    publish(SLUG, "notes", THEIRS, locked=True)
    with pytest.raises(Conflict):
        merge_review(actor=editor, place=adapted, seen=seen(changed), value=BOTH)
    locked = get_review(adapted.service_id, "notes", "de")
    assert locked.kind is ReviewKind.LOCKED
    with pytest.raises(Conflict) as refused:
        merge_review(actor=editor, place=adapted, seen=seen(locked), value=BOTH)
    assert refused.value.code == "field_locked"
    with pytest.raises(Conflict) as refused:
        keep_own(actor=editor, place=adapted, seen=seen(locked))
    assert refused.value.code == "field_locked"
    assert note_of_town() == THEIRS


def test_a_lock_is_understood_and_the_text_kept_in_the_history(adapted: Place, editor: Actor, publish: Publish) -> None:
    publish(SLUG, "notes", BASE, locked=True)
    locked = get_review(adapted.service_id, "notes", "de")
    assert locked.theirs == OURS
    take_above(actor=editor, place=adapted, seen=seen(locked))
    assert causes(adapted)[:2] == [Cause.LOCKED, Cause.SET]
    assert list_history(adapted.service_id, "notes", "de")[1].value == OURS
    assert not list_reviews_of(adapted.service_id)


def test_a_lock_that_goes_again_lets_the_own_text_hold(adapted: Place, publish: Publish) -> None:
    publish(SLUG, "notes", BASE, locked=True)
    assert note_of_town() == BASE
    publish(SLUG, "notes", BASE)
    assert note_of_town() == OURS
    assert not list_reviews_of(adapted.service_id)


def test_a_layer_between_that_speaks_up_is_a_change(adapted: Place, publish: Publish) -> None:
    publish(SLUG, "notes", "<p>Bei uns im Land.</p>", layer="state")
    one = get_review(adapted.service_id, "notes", "de")
    assert one.origin is not None
    assert one.origin.layer == "state"


def test_the_towns_own_words_taken_up_above_are_no_question(adapted: Place, publish: Publish) -> None:
    publish(SLUG, "notes", OURS)
    assert not list_reviews_of(adapted.service_id)


def test_resting_values_are_no_question(changed: Review, adapted: Place, editor: Actor) -> None:
    set_decision(actor=editor, service_id=adapted.service_id, decision="adopt")
    assert not list_reviews_of(adapted.service_id)


def test_a_value_from_before_bases_were_kept_is_asked_for_once(changed: Review, adapted: Place, editor: Actor) -> None:
    place = {"service_id": adapted.service_id, "field": "notes", "language": "de"}
    Override.objects.filter(**place).update(base_layer="", base_area="", base_value=None)
    one = get_review(adapted.service_id, "notes", "de")
    assert not one.is_base_known
    assert compare(one).base is None
    keep_own(actor=editor, place=adapted, seen=seen(one))
    assert not list_reviews_of(adapted.service_id)


def test_a_value_from_before_bases_were_kept_is_not_asked_for_without_a_change(adapted: Place) -> None:
    place = {"service_id": adapted.service_id, "field": "notes", "language": "de"}
    Override.objects.filter(**place).update(base_layer="", base_area="", base_value=None)
    assert not list_reviews_of(adapted.service_id)


def test_fees_are_joined_by_their_parts(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, publish: Publish
) -> None:
    fee = {"kind": "fixed", "amount_cents": 900, "unit": "pro Stück"}
    publish(SLUG, "fee", fee, language="")
    place = Place(service_id(SLUG), "fee", "")
    own = {**fee, "amount_cents": 1100}
    set_override(actor=editor, service_id=place.service_id, field="fee", language="", value=own)
    publish(SLUG, "fee", {**fee, "note": "Bar oder mit Karte"}, language="")
    joined = compare(get_review(place.service_id, "fee", ""))
    assert joined.draft == {**own, "note": "Bar oder mit Karte"}
    publish(SLUG, "fee", {"kind": "free", "note": "Seit heute"}, language="")
    assert compare(get_review(place.service_id, "fee", "")).conflicts


def test_many_are_answered_and_what_changed_meanwhile_is_named(
    changed: Review, adapted: Place, editor: Actor, publish: Publish
) -> None:
    other = {"service_id": adapted.service_id, "field": "teaser", "language": "de"}
    set_override(actor=editor, **other, value="Unser Satz.")  # type: ignore[arg-type]
    publish(SLUG, "teaser", "Ihr neuer Satz.")
    teaser = get_review(adapted.service_id, "teaser", "de")
    publish(SLUG, "teaser", "Und noch einer.")
    chosen = [(Place(adapted.service_id, "teaser", "de"), seen(teaser)), (adapted, seen(changed))]
    done = answer_many(actor=editor, answer=Answer.TAKE, reviews=chosen)
    assert done.done == 1
    assert [place.field for place, _reason in done.left_out] == ["teaser"]
    assert note_of_town() == THEIRS
    assert get_town_service(SLUG).text("teaser", "de") == "Unser Satz."


def test_only_this_towns_editors_may_answer(changed: Review, adapted: Place, stranger: Actor) -> None:
    for actor in (stranger, ANONYMOUS):
        for answer in (take_above, keep_own):
            with pytest.raises(NotAllowed):
                answer(actor=actor, place=adapted, seen=seen(changed))
        with pytest.raises(NotAllowed):
            merge_review(actor=actor, place=adapted, seen=seen(changed), value=BOTH)
        with pytest.raises(NotAllowed):
            answer_many(actor=actor, answer=Answer.TAKE, reviews=[])


def test_a_value_taken_away_meanwhile_has_nothing_to_answer(changed: Review, adapted: Place, editor: Actor) -> None:
    clear_override(actor=editor, service_id=adapted.service_id, field="notes", language="de")
    with pytest.raises(Conflict):
        keep_own(actor=editor, place=adapted, seen=seen(changed))


def test_an_unanswered_review_becomes_overdue(changed: Review) -> None:
    now = timezone.now()
    assert not changed.is_overdue(now)
    assert changed.is_overdue(now + timedelta(days=15))
    assert list_overdue([changed]) == []
