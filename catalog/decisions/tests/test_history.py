"""What a town wrote and decided stays: every own value and every decision, with who, when and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from catalog.decisions.history import get_history_entry, list_decision_changes, list_history
from catalog.decisions.models import Adoption, Cause, DecisionCause, DecisionChange, Override, OverrideHistory
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import clear_override, follow_preset, set_decision, set_override
from catalog.resolution.decide import Decision
from tenants.actors import Actor
from tenants.context import as_projector
from tenants.errors import Conflict, NotFound
from tenants.registry.sites import TenantInfo

SLUG = "meldebescheinigung"
PAGE = f"/verwaltung/leistungen/{SLUG}/feld/notes/de/"
Find = Callable[[str], UUID]


def version(page: str, action: str) -> str:
    """Return the version that the form with this action carries."""
    found = re.search(rf'action="[^"]*{action}".*?name="version"[^>]*value="(\d+)"', page, re.DOTALL)
    assert found
    return found.group(1)


@pytest.fixture
def write(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> Callable[[str | None], None]:
    """Return a function that sets or clears Gladbeck's own note."""

    def run(text: str | None) -> None:
        place = {"service_id": service_id(SLUG), "field": "notes", "language": "de"}
        if text is None:
            clear_override(actor=editor, **place)  # type: ignore[arg-type]
        else:
            set_override(actor=editor, **place, value=text)  # type: ignore[arg-type]

    return run


def told(service_id: UUID) -> list[tuple[bool, object, Cause]]:
    """Return the history of the note, the oldest first."""
    return [(one.is_set, one.value, one.cause) for one in reversed(list_history(service_id, "notes", "de"))]


def test_every_value_joins_the_history(write: Callable[[str | None], None], service_id: Find) -> None:
    for text in ("Eins", "Zwei", None, None, "Drei"):
        write(text)
    assert told(service_id(SLUG)) == [
        (True, "<p>Eins</p>", Cause.SET),
        (True, "<p>Zwei</p>", Cause.SET),
        (False, None, Cause.CLEARED),
        (True, "<p>Drei</p>", Cause.SET),
    ]
    assert {one.author for one in list_history(service_id(SLUG), "notes", "de")} == {"Edda Redaktion"}


def test_a_value_from_before_the_history_is_noted_first(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    dog = service_id(SLUG)
    old = {"value": "<p>Alt</p>", "author": "Otto", "changed_at": timezone.now()}
    Override.objects.create(service_id=dog, field="notes", language="de", **old)
    set_decision(actor=editor, service_id=dog, decision="override")
    assert [one.author for one in list_history(dog, "notes", "de")] == ["Otto"]
    set_override(actor=editor, service_id=dog, field="notes", language="de", value="Neu")
    assert [(one.value, one.author) for one in list_history(dog, "notes", "de")] == [
        ("<p>Neu</p>", "Edda Redaktion"),
        ("<p>Alt</p>", "Otto"),
    ]


def test_nobody_in_a_town_can_change_or_delete_history(
    write: Callable[[str | None], None], editor: Actor, service_id: Find
) -> None:
    write("Eins")
    for rows in (OverrideHistory.objects.all(), DecisionChange.objects.all()):
        assert rows.exists()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.update(author="Niemand")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.all()._raw_delete(using="default")


def test_decisions_have_a_history_with_their_occasion(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    paper = service_id(SLUG)
    set_override(actor=editor, service_id=paper, field="notes", language="de", value="Eins")
    clear_override(actor=editor, service_id=paper, field="notes", language="de")
    set_decision(actor=editor, service_id=paper, decision="not_offered", reason="Das macht der Kreis.")
    follow_preset(actor=editor, service_id=paper)
    entries = list_decision_changes(paper)
    assert [(one.state.row.decision if one.state.row else None, one.cause) for one in entries[3::-1]] == [
        (Decision.OVERRIDE, DecisionCause.ADAPTED),
        (Decision.ADOPT, DecisionCause.FOLLOWS),
        (Decision.NOT_OFFERED, DecisionCause.DECIDED),
        (None, DecisionCause.DECIDED),
    ]
    assert entries[1].state.row is not None
    assert entries[1].state.row.reason == "Das macht der Kreis."


def test_a_decision_given_back_is_the_preset_again_and_keeps_counting(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, project: Callable[[], None]
) -> None:
    paper = service_id(SLUG)
    set_decision(actor=editor, service_id=paper, decision="not_offered", reason="Nein.")
    seen = get_town_service(SLUG).decision_version
    with pytest.raises(Conflict):
        follow_preset(actor=editor, service_id=paper, expected_version=seen - 1)
    follow_preset(actor=editor, service_id=paper, expected_version=seen)
    after = get_town_service(SLUG)
    assert (after.decided.kind, after.decided.is_preset, after.decision_version) == (Decision.ADOPT, True, seen + 1)
    project()
    from catalog.search.models import DecisionProjection  # noqa: PLC0415 -- what it brings about

    with as_projector():
        assert DecisionProjection.objects.get(tenant_id=in_gladbeck.id, service_id=paper).is_preset
    with pytest.raises(Conflict):
        set_decision(actor=editor, service_id=paper, decision="adopt", expected_version=seen)
    set_override(actor=editor, service_id=paper, field="notes", language="de", value="Eins")
    assert get_town_service(SLUG).decided.kind is Decision.OVERRIDE


def test_giving_back_what_nobody_decided_changes_nothing(in_gladbeck: TenantInfo, editor: Actor) -> None:
    undecided = next(one for one in list_town_services() if one.decided.is_preset)
    follow_preset(actor=editor, service_id=undecided.id)
    assert not Adoption.objects.filter(service_id=undecided.id).exists()


def test_an_entry_of_another_field_is_not_found(write: Callable[[str | None], None], service_id: Find) -> None:
    write("Eins")
    entry = list_history(service_id(SLUG), "notes", "de")[0]
    for service, field in ((service_id(SLUG), "teaser"), (service_id("geburtsurkunde"), "notes")):
        with pytest.raises(NotFound):
            get_history_entry(entry.id, service_id=service, field=field, language="de")
    with pytest.raises(NotFound):
        get_history_entry(uuid4(), service_id=service_id(SLUG), field="notes", language="de")


def test_the_page_shows_who_when_why_and_what_changed(editor_client: Client) -> None:
    assert "Noch keine eigene Angabe" in editor_client.get(f"{PAGE}verlauf/").content.decode()
    editor_client.post(PAGE, {"version": "0", "text": "Bitte klingeln Sie.", "danach": "publish"})
    editor_client.post(PAGE, {"version": "0", "text": "Bitte klopfen Sie.", "danach": "publish"})
    page = editor_client.get(f"{PAGE}verlauf/").content.decode()
    assert "<del>klingeln</del>" in page
    assert "<ins>klopfen</ins>" in page
    assert "Edda Redaktion: geschrieben" in page
    assert "Verlauf" in editor_client.get(f"/verwaltung/leistungen/{SLUG}/").content.decode()


def test_an_earlier_value_is_brought_back(editor_client: Client, gladbeck: TenantInfo) -> None:
    editor_client.post(PAGE, {"version": "0", "text": "Bitte klingeln Sie.", "danach": "publish"})
    editor_client.post(f"{PAGE}zuruecksetzen/", {"version": "1"})
    page = editor_client.get(f"{PAGE}verlauf/")
    path = page.content.decode().split('action="')[2].split('"')[0]
    assert "/verlauf/" in path
    assert editor_client.post(path, {"version": "7"}).status_code == 409
    answer = editor_client.post(path, {"version": "0"})
    assert answer.status_code == 302
    assert "Die frühere Fassung gilt wieder" in editor_client.get(answer["Location"]).content.decode()
    assert "Bitte klingeln Sie." in editor_client.get(f"/leistungen/{SLUG}/").content.decode()
    assert "aus dem Verlauf zurückgeholt" in editor_client.get(f"{PAGE}verlauf/").content.decode()


def test_what_cannot_be_adapted_cannot_be_brought_back(editor_client: Client) -> None:
    editor_client.post(PAGE, {"version": "0", "text": "Bitte klingeln Sie.", "danach": "publish"})
    path = f"/verwaltung/leistungen/{SLUG}/"
    editor_client.post(f"{PAGE}zuruecksetzen/", {"version": "1"})
    seen = version(editor_client.get(path).content.decode(), "entscheidung/")
    editor_client.post(f"{path}entscheidung/", {"version": seen, "decision": "not_offered", "reason": "Nein."})
    history = editor_client.get(f"{PAGE}verlauf/").content.decode()
    assert "Bitte klingeln Sie." in history
    assert "Wiederherstellen" not in history
    page = editor_client.get(path).content.decode()
    assert page.count("nicht angeboten") >= 2
    back = editor_client.post(f"{path}voreinstellung/", {"version": version(page, "voreinstellung/")})
    assert back.status_code == 302
    assert "Die Voreinstellung gilt wieder" in editor_client.get(back["Location"]).content.decode()
