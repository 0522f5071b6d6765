"""One decision for many services: what it does, what it leaves out, how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.decisions import bulk as bulk_module
from catalog.decisions.bulk import (
    decide_many,
    get_bulk_change,
    list_bulk_changes,
    preview_bulk,
    preview_undo,
    undo_bulk,
)
from catalog.decisions.bulk_plan import Outcome, Planned, check_wish
from catalog.decisions.history import list_decision_changes
from catalog.decisions.models import Adoption, BulkChange, DecisionCause
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import set_decision, set_override
from catalog.editing.lifecycle import archive_service
from catalog.resolution.decide import Decision
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.context import as_projector
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.outbox.models import OutboxEvent
from tenants.registry.sites import TenantInfo

Find = Callable[[str], UUID]
NOT_OFFERED = check_wish(action="not_offered", reason="Das macht der Kreis.", alternative="Kreishaus")


def seen(*slugs: str) -> dict[UUID, int]:
    """Return a selection as the list shows it now."""
    found = [get_town_service(slug) for slug in slugs]
    return {one.id: one.decision_version for one in found}


def undecided(kind: Decision = Decision.ADOPT, *, count: int = 3) -> list[str]:
    """Return services that the town has not decided on, and that are preset like this."""
    found = [one for one in list_town_services() if one.decided.is_preset and one.decided.kind is kind]
    assert len(found) >= count
    return [one.slug for one in found[:count]]


def kinds(slugs: list[str]) -> set[Decision]:
    return {get_town_service(slug).decided.kind for slug in slugs}


def outcomes(planned: list[Planned]) -> Mapping[str, tuple[Outcome, str]]:
    return {one.slug: (one.outcome, one.reason) for one in planned}


@pytest.mark.usefixtures("in_gladbeck")
def test_many_services_are_decided_at_once_and_given_back(editor: Actor, in_gladbeck: TenantInfo) -> None:
    slugs = undecided()
    done = decide_many(actor=editor, wish=NOT_OFFERED, selection=seen(*slugs))
    assert (done.changed, done.left_out) == (3, ())
    assert kinds(slugs) == {Decision.NOT_OFFERED}
    assert get_town_service(slugs[0]).decided.row.alternative == "Kreishaus"
    entries = [one for one in list_entries(tenant_id=in_gladbeck.id) if one.subject == f"bulk:{done.id}"]
    assert [(one.action, one.data["changed"]) for one in entries] == [("catalog.bulk.decided", 3)]
    assert list_decision_changes(get_town_service(slugs[0]).id)[0].cause is DecisionCause.BULK

    undone = undo_bulk(actor=editor, bulk_id=done.id)
    assert (undone.undone_by, undone.kept) == ("Edda Redaktion", ())
    assert kinds(slugs) == {Decision.ADOPT}
    assert get_town_service(slugs[0]).decided.is_preset
    assert list_decision_changes(get_town_service(slugs[0]).id)[0].cause is DecisionCause.UNDONE
    with pytest.raises(Conflict):
        undo_bulk(actor=editor, bulk_id=done.id)


@pytest.mark.usefixtures("in_gladbeck")
def test_undo_brings_back_a_decision_with_all_that_belonged_to_it(editor: Actor) -> None:
    (slug,) = undecided(count=1)
    link = {"link_url": "https://kreis.example/", "link_authority": "Kreis"}
    set_decision(actor=editor, service_id=get_town_service(slug).id, decision="link", **link)  # type: ignore[arg-type]
    done = decide_many(actor=editor, wish=check_wish(action="adopt"), selection=seen(slug))
    undo_bulk(actor=editor, bulk_id=done.id)
    row = get_town_service(slug).decided.row
    assert (row.decision, row.link_url, row.link_authority) == (Decision.LINK, "https://kreis.example/", "Kreis")


@pytest.mark.usefixtures("in_gladbeck")
def test_what_cannot_be_is_refused_by_name_and_the_rest_is_done(editor: Actor) -> None:
    linked, own = undecided(Decision.LINK, count=1), undecided(count=1)
    wish = check_wish(action="link")
    planned = preview_bulk(actor=editor, wish=wish, selection=seen(*linked, *own))
    assert outcomes(planned) == {linked[0]: (Outcome.CHANGED, ""), own[0]: (Outcome.REFUSED, "no_link")}
    done = decide_many(actor=editor, wish=wish, selection=seen(*linked, *own))
    assert [(one["slug"], one["reason"]) for one in done.left_out] == [(own[0], "no_link")]
    assert done.left_out[0]["title"] == get_town_service(own[0]).title("de")
    assert get_town_service(own[0]).decision_version == 0
    assert not Adoption.objects.filter(version=0).exists()


@pytest.mark.usefixtures("in_gladbeck")
def test_what_somebody_decided_meanwhile_is_left_alone(editor: Actor) -> None:
    first, second, third = undecided()
    selection = seen(first, second, third)
    set_decision(actor=editor, service_id=get_town_service(second).id, decision="override")
    done = decide_many(actor=editor, wish=NOT_OFFERED, selection=selection)
    assert [(one["slug"], one["reason"]) for one in done.left_out] == [(second, "stale")]
    assert get_town_service(second).decided.kind is Decision.OVERRIDE

    set_decision(actor=editor, service_id=get_town_service(first).id, decision="adopt")
    back, kept = preview_undo(done.id)
    assert ([one.slug for one in back], [one["slug"] for one in kept]) == ([third], [first])
    undone = undo_bulk(actor=editor, bulk_id=done.id)
    assert [one["slug"] for one in undone.kept] == [first]
    assert kinds([first]) == kinds([third]) == {Decision.ADOPT}
    assert not get_town_service(first).decided.is_preset


@pytest.mark.usefixtures("in_gladbeck")
def test_a_service_that_is_gone_is_named(editor: Actor, system: Actor) -> None:
    first, second, _third = undecided()
    selection = {**seen(first, second), uuid4(): 0}
    title = get_town_service(second).title("de")
    archive_service(actor=system, service_id=get_town_service(second).id)
    done = decide_many(actor=editor, wish=NOT_OFFERED, selection=selection)
    assert [(one["title"], one["reason"]) for one in done.left_out] == [(title, "gone"), ("", "gone")]
    assert done.changed == 1


@pytest.mark.usefixtures("in_gladbeck")
def test_nothing_to_change_is_said(editor: Actor) -> None:
    slugs = undecided()
    selection = seen(*slugs)
    decide_many(actor=editor, wish=NOT_OFFERED, selection=selection)
    for again in (selection, seen(*slugs)):
        with pytest.raises(Conflict) as refused:
            decide_many(actor=editor, wish=NOT_OFFERED, selection=again)
        assert refused.value.code == "nothing_to_change"
    assert BulkChange.objects.count() == 1


@pytest.mark.usefixtures("in_gladbeck")
def test_own_values_rest_and_wake_and_the_preview_says_so(editor: Actor) -> None:
    (slug,) = undecided(count=1)
    service_id = get_town_service(slug).id
    set_override(actor=editor, service_id=service_id, field="notes", language="de", value="Unser Hinweis")
    (planned,) = preview_bulk(actor=editor, wish=check_wish(action="adopt"), selection=seen(slug))
    assert [key.field for key in planned.resting] == ["notes"]
    decide_many(actor=editor, wish=check_wish(action="adopt"), selection=seen(slug))
    assert get_town_service(slug).text("notes", "de") != "<p>Unser Hinweis</p>"
    (planned,) = preview_bulk(actor=editor, wish=check_wish(action="override"), selection=seen(slug))
    assert [key.field for key in planned.waking] == ["notes"]
    decide_many(actor=editor, wish=check_wish(action="override"), selection=seen(slug))
    assert get_town_service(slug).text("notes", "de") == "<p>Unser Hinweis</p>"


@pytest.mark.usefixtures("in_gladbeck")
def test_versions_are_pinned_and_let_go(editor: Actor) -> None:
    own, linked = undecided(count=2), undecided(Decision.LINK, count=1)
    done = decide_many(actor=editor, wish=check_wish(action="pin"), selection=seen(*own, *linked))
    assert [one["reason"] for one in done.left_out] == ["not_own"]
    pinned = get_town_service(own[0])
    assert pinned.pinned_version == Adoption.objects.get(service_id=pinned.id).pinned_version is not None
    decide_many(actor=editor, wish=check_wish(action="unpin"), selection=seen(*own))
    assert get_town_service(own[0]).pinned_version is None
    decide_many(actor=editor, wish=check_wish(action="preset"), selection=seen(*own))
    assert get_town_service(own[0]).decided.is_preset


@pytest.mark.usefixtures("in_gladbeck")
def test_wishes_and_selections_are_checked(editor: Actor, stranger: Actor) -> None:
    selection = seen(*undecided())
    for actor in (stranger, ANONYMOUS):
        with pytest.raises(NotAllowed):
            decide_many(actor=actor, wish=NOT_OFFERED, selection=selection)
        with pytest.raises(NotAllowed):
            preview_bulk(actor=actor, wish=NOT_OFFERED, selection=selection)
        with pytest.raises(NotAllowed):
            undo_bulk(actor=actor, bulk_id=uuid4())
    with pytest.raises(InvalidInput):
        decide_many(actor=editor, wish=NOT_OFFERED, selection={})
    with pytest.raises(InvalidInput):
        decide_many(actor=editor, wish=NOT_OFFERED, selection={uuid4(): 0 for _ in range(5001)})
    for facts in ({"action": "nobody"}, {"action": "not_offered"}, {"action": "link", "link_url": "javascript:x"}):
        with pytest.raises(InvalidInput):
            check_wish(**facts)
    for ask in (get_bulk_change, preview_undo):
        with pytest.raises(NotFound):
            ask(uuid4())
    with pytest.raises(NotFound):
        undo_bulk(actor=editor, bulk_id=uuid4())


@pytest.mark.usefixtures("in_gladbeck")
def test_every_service_is_told_to_the_projections_once(editor: Actor, project: Callable[[], None]) -> None:
    project()
    slugs = undecided()
    selection = seen(*slugs)
    decide_many(actor=editor, wish=NOT_OFFERED, selection=selection)
    with as_projector():
        events = list(OutboxEvent.objects.filter(done_at__isnull=True))
    assert sorted(one.data["service_id"] for one in events) == sorted(map(str, selection))
    assert {one.data["decision"] for one in events} == {"not_offered"}


@pytest.mark.usefixtures("in_gladbeck")
def test_the_number_of_queries_does_not_grow_with_the_number_of_services(
    editor: Actor,
) -> None:
    few, many = undecided(count=2), undecided(count=30)[2:]
    counted = []
    for slugs in (few, many):
        selection = seen(*slugs)
        with CaptureQueriesContext(connection) as queries:
            preview_bulk(actor=editor, wish=NOT_OFFERED, selection=selection)
            done = decide_many(actor=editor, wish=NOT_OFFERED, selection=selection)
            undo_bulk(actor=editor, bulk_id=done.id)
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.usefixtures("in_gladbeck")
def test_what_fails_half_way_leaves_nothing(editor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    slugs = undecided()

    def fail(**_given: object) -> None:
        message = "planned"
        raise RuntimeError(message)

    monkeypatch.setattr(bulk_module, "publish_many", fail)
    with pytest.raises(RuntimeError, match="planned"):
        decide_many(actor=editor, wish=NOT_OFFERED, selection=seen(*slugs))
    assert kinds(slugs) == {Decision.ADOPT}
    assert not list_bulk_changes()
    assert not Adoption.objects.filter(version=0).exists()
