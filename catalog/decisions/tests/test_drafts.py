"""Drafts of a town's texts: written, joined, published, discarded; nothing of them is seen outside before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from catalog.decisions.draft_workflow import discard_drafts, publish_drafts, recall_drafts, submit_drafts
from catalog.decisions.drafting import Seen, save_draft
from catalog.decisions.drafts import DraftInfo, get_draft, list_discarded, mark_drafts
from catalog.decisions.history import list_history
from catalog.decisions.homes import Place
from catalog.decisions.models import ValueDraft
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.reviews import list_reviews_of
from catalog.decisions.selectors import get_town_service, preview_town_service
from catalog.decisions.services import set_decision, set_override
from catalog.decisions.tests.conftest import Publish
from catalog.resolution.decide import Decision
from catalog.resolution.values import FieldKey
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
BASE = "<p>Fragen Sie vorher. Die Bescheinigung kostet 9 Euro.</p>"
OURS = "<p>Fragen Sie vorher im Rathaus. Die Bescheinigung kostet 9 Euro.</p>"
NEWER = "<p>Fragen Sie vorher. Die Bescheinigung kostet 12 Euro.</p>"
BOTH = "<p>Fragen Sie vorher im Rathaus. Die Bescheinigung kostet 12 Euro.</p>"
Find = Callable[[str], UUID]


@pytest.fixture
def place(in_gladbeck: TenantInfo, service_id: Find, publish: Publish) -> Place:
    """The note of a service that Gladbeck adopts, and says nothing on itself."""
    publish(SLUG, "notes", BASE)
    return Place(service_id(SLUG), FieldKey("notes", "de"))


@pytest.fixture
def colleague(editor: Actor) -> Actor:
    """Return another editor of Gladbeck."""
    return replace(editor, name="Kolja Redaktion", id=UUID(int=77))


def write(actor: Actor, place: Place, value: object, seen: Seen | None = None) -> DraftInfo:
    """Save a draft that changes something."""
    draft = save_draft(actor=actor, home=OVERRIDES, place=place, value=value, seen=seen)
    assert draft is not None
    return draft


def publish_one(actor: Actor, draft: DraftInfo) -> None:
    """Publish one draft as it was seen."""
    service_id = draft.place.service_id
    publish_drafts(actor=actor, home=OVERRIDES, service_id=service_id, chosen={draft.id: draft.version})


def shown() -> object:
    return get_town_service(SLUG).text("notes", "de")


def test_a_draft_is_seen_by_nobody_until_it_is_published(in_gladbeck: TenantInfo, place: Place, editor: Actor) -> None:
    draft = write(editor, place, OURS)
    assert shown() == BASE
    assert get_town_service(SLUG).decided.kind is Decision.ADOPT
    assert preview_town_service(SLUG).text("notes", "de") == OURS
    publish_one(editor, draft)
    assert shown() == OURS
    assert get_town_service(SLUG).decided.kind is Decision.OVERRIDE
    assert get_draft(place) is None
    assert [one.author for one in list_history(place.service_id, "notes", "de")] == ["Edda Redaktion"]
    actions = [one.action for one in list_entries(tenant_id=in_gladbeck.id, limit=5)]
    assert actions[:3] == ["catalog.draft.published", "catalog.override.set", "catalog.draft.edited"]


def test_saving_again_changes_nothing(place: Place, editor: Actor) -> None:
    first = write(editor, place, OURS)
    assert write(editor, place, OURS, Seen(first.version, first.id)) == first
    # A tab that is behind, but says the same, is no conflict either.
    assert write(editor, place, OURS, Seen(0)) == first
    assert write(editor, place, NEWER, Seen(first.version, first.id)).version == first.version + 1


def test_what_holds_already_is_no_draft(place: Place, editor: Actor) -> None:
    assert save_draft(actor=editor, home=OVERRIDES, place=place, value=BASE) is None
    assert not ValueDraft.objects.exists()
    draft = write(editor, place, OURS)
    back = save_draft(actor=editor, home=OVERRIDES, place=place, value=BASE, seen=Seen(draft.version, draft.id))
    assert back is None
    assert get_draft(place) is None


def test_the_later_of_two_is_told_and_gets_both_texts(place: Place, editor: Actor, colleague: Actor) -> None:
    write(editor, place, OURS, Seen(0))
    with pytest.raises(Conflict) as stale:
        write(colleague, place, NEWER, Seen(0))
    assert (stale.value.code, stale.value.data["author"]) == ("stale_value", "Edda Redaktion")
    assert (stale.value.data["theirs"], stale.value.data["mine"]) == (OURS, NEWER)
    draft = get_draft(place)
    assert draft is not None
    assert draft.value == OURS
    joined = write(colleague, place, BOTH, Seen(draft.version, draft.id))
    assert joined.editors == (str(editor.id), str(colleague.id))
    assert joined.edited_by == "Kolja Redaktion"


def test_a_page_is_no_stranger_to_what_it_has_saved_by_itself(place: Place, editor: Actor, colleague: Actor) -> None:
    write(editor, place, OURS, Seen(0, page="a"))
    write(editor, place, BOTH, Seen(0, page="a"))
    with pytest.raises(Conflict):
        write(editor, place, NEWER, Seen(0, page="b"))
    draft = get_draft(place)
    assert draft is not None
    write(colleague, place, NEWER, Seen(draft.version, draft.id, page="c"))
    with pytest.raises(Conflict):
        write(editor, place, OURS, Seen(0, page="a"))


def test_numbers_of_another_draft_do_not_fit(place: Place, editor: Actor, colleague: Actor) -> None:
    first = write(editor, place, OURS)
    publish_one(editor, first)
    write(editor, place, BOTH)
    with pytest.raises(Conflict) as stale:
        write(colleague, place, NEWER, Seen(first.version, first.id))
    assert stale.value.code == "stale_value"


def test_a_draft_below_which_something_changes_waits_until_that_is_seen(
    place: Place, editor: Actor, publish: Publish
) -> None:
    draft = write(editor, place, OURS)
    publish(SLUG, "notes", NEWER)
    live = OVERRIDES.look(place)
    assert draft.has_moved(live)
    assert draft.joined_with(live).merged == BOTH
    with pytest.raises(Conflict) as moved:
        publish_one(editor, draft)
    assert moved.value.code == "base_moved"
    # Autosaving of a page that has not seen it does not make it seen.
    blind = write(editor, place, OURS.replace("vorher", "zuerst"), Seen(draft.version, draft.id, 0, draft.ground.above))
    assert blind.has_moved(OVERRIDES.look(place))
    aware = write(editor, place, BOTH, Seen(blind.version, blind.id, live.version, live.above))
    assert not aware.has_moved(OVERRIDES.look(place))
    publish_one(editor, aware)
    assert shown() == BOTH
    assert list_reviews_of(place.service_id) == {}


def test_an_own_value_published_meanwhile_is_joined(place: Place, editor: Actor, colleague: Actor) -> None:
    draft = write(editor, place, OURS)
    set_override(actor=colleague, service_id=place.service_id, field="notes", language="de", value=NEWER)
    live = OVERRIDES.look(place)
    assert draft.joined_with(live).merged == BOTH
    with pytest.raises(Conflict) as moved:
        publish_one(editor, draft)
    assert moved.value.code == "base_moved"
    assert shown() == NEWER


def test_a_change_of_both_sides_is_joined_with_both(place: Place, editor: Actor, publish: Publish) -> None:
    set_override(actor=editor, service_id=place.service_id, field="notes", language="de", value=BASE)
    draft = write(editor, place, OURS)
    set_override(actor=editor, service_id=place.service_id, field="notes", language="de", value="<p>Bitte. " + BASE[3:])
    publish(SLUG, "notes", NEWER)
    assert draft.joined_with(OVERRIDES.look(place)).merged == "<p>Bitte. " + BOTH[3:]


def test_a_text_with_an_open_conflict_goes_nowhere(place: Place, editor: Actor) -> None:
    draft = write(editor, place, "<p>Entweder ⟦ dies ‖ das ⟧.</p>")
    chosen = {draft.id: draft.version}
    for step in (publish_drafts, submit_drafts):
        with pytest.raises(InvalidInput) as unfinished:
            step(actor=editor, home=OVERRIDES, service_id=place.service_id, chosen=chosen)
        assert unfinished.value.code == "unfinished"


def test_what_waits_is_not_written_on(place: Place, editor: Actor, colleague: Actor) -> None:
    draft = write(editor, place, OURS)
    named: dict[str, Any] = {
        "actor": colleague,
        "home": OVERRIDES,
        "service_id": place.service_id,
        "chosen": {draft.id: draft.version},
    }
    submit_drafts(**named)
    assert mark_drafts(colleague).to_approve == 1
    assert mark_drafts(editor).to_approve == 0
    with pytest.raises(Conflict) as waiting:
        write(colleague, place, BOTH)
    assert waiting.value.code == "draft_in_review"
    recall_drafts(**named)
    write(colleague, place, BOTH)


def test_several_drafts_are_published_together_or_not_at_all(place: Place, editor: Actor, publish: Publish) -> None:
    one = write(editor, place, OURS)
    other = write(editor, Place(place.service_id, FieldKey("teaser", "de")), "Kurz.")
    publish(SLUG, "notes", NEWER)
    chosen = {one.id: one.version, other.id: other.version}
    with pytest.raises(Conflict):
        publish_drafts(actor=editor, home=OVERRIDES, service_id=place.service_id, chosen=chosen)
    assert get_town_service(SLUG).text("teaser", "de") != "Kurz."
    publish_one(editor, other)
    assert get_town_service(SLUG).text("teaser", "de") == "Kurz."


def test_a_draft_is_left_as_a_record_when_it_is_discarded(place: Place, editor: Actor) -> None:
    draft = write(editor, place, OURS)
    named: dict[str, Any] = {"actor": editor, "home": OVERRIDES, "service_id": place.service_id}
    with pytest.raises(Conflict) as stale:
        discard_drafts(**named, chosen={draft.id: draft.version + 1})
    assert stale.value.code == "stale_draft"
    discard_drafts(**named, chosen={draft.id: draft.version})
    assert get_draft(place) is None
    assert [one.value for one in list_discarded(place)] == [OURS]
    with pytest.raises(Conflict):
        discard_drafts(**named, chosen={draft.id: draft.version})


def test_drafts_of_another_service_are_not_found(place: Place, editor: Actor, service_id: Find) -> None:
    draft = write(editor, place, OURS)
    with pytest.raises(NotFound):
        publish_drafts(
            actor=editor,
            home=OVERRIDES,
            service_id=service_id("hund-anmelden"),
            chosen={draft.id: draft.version},
        )


def test_a_field_locked_above_takes_no_draft_and_lets_none_out(place: Place, editor: Actor, publish: Publish) -> None:
    draft = write(editor, place, OURS)
    publish(SLUG, "notes", NEWER, locked=True)
    with pytest.raises(Conflict) as locked:
        write(editor, place, BOTH)
    assert locked.value.code == "field_locked"
    with pytest.raises(Conflict) as out:
        publish_one(editor, draft)
    assert out.value.code == "field_locked"
    assert shown() == NEWER


def test_a_service_that_is_not_carried_out_takes_no_draft(place: Place, editor: Actor) -> None:
    set_decision(actor=editor, service_id=place.service_id, decision="not_offered", reason="Macht der Kreis.")
    with pytest.raises(Conflict) as refused:
        write(editor, place, OURS)
    assert refused.value.code == "not_adaptable"


def test_strangers_write_nothing(place: Place, stranger: Actor) -> None:
    for nobody in (stranger, ANONYMOUS):
        with pytest.raises(NotAllowed):
            write(nobody, place, OURS)
