"""What somebody saw and what is there now: forms of an earlier draft or text pass nowhere unseen."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from catalog.editing.drafts import DraftInfo
from catalog.editing.facts import save_head
from catalog.editing.lifecycle import restore_version
from catalog.editing.selectors import get_edited_service
from catalog.editing.services import discard_draft, discard_draft_value, save_draft_value
from catalog.editing.tests.conftest import FEDERATION, REGION
from catalog.editing.tests.test_pages import AT, DOG, hidden, text_of
from catalog.editing.workflow import publish_draft
from catalog.resolution.values import FieldKey
from tenants.actors import Actor
from tenants.errors import Conflict

pytestmark = pytest.mark.django_db

PROCEDURE = f"{DOG}feld/procedure/de/"
KEY = FieldKey("procedure", "de")


def write(actor: Actor, dog: UUID, value: object, **seen: object) -> DraftInfo:
    return save_draft_value(
        actor=actor,
        service_id=dog,
        scope=REGION,
        field="procedure",
        language="de",
        value=value,
        **seen,  # type: ignore[arg-type]
    )


def test_a_number_of_an_earlier_draft_means_nothing_in_the_next(rosa: Actor, emil: Actor, dog: UUID) -> None:
    first = write(rosa, dog, "Erster Entwurf")
    discard_draft(actor=rosa, draft_id=first.id)
    second = write(emil, dog, "Zweiter Entwurf")
    assert first.changes[KEY].version == second.changes[KEY].version
    seen = {"expected_version": first.changes[KEY].version, "expected_draft": first.id}
    with pytest.raises(Conflict) as refused:
        write(rosa, dog, "Alte Seite", **seen)
    assert refused.value.code == "stale_value"
    with pytest.raises(Conflict):
        discard_draft_value(
            actor=rosa,
            service_id=dog,
            scope=REGION,
            field="procedure",
            language="de",
            expected_version=first.changes[KEY].version,
            expected_draft=first.id,
        )


def test_a_text_published_since_is_seen_before_it_is_written_over(rosa: Actor, frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(rosa, dog, "Eins").id)
    publish_draft(actor=frida, draft_id=write(rosa, dog, "Zwei").id)
    with pytest.raises(Conflict) as refused:
        write(rosa, dog, "Drei", expected_version=0, expected_base=1)
    assert (refused.value.code, refused.value.data["theirs"]) == ("stale_value", "<p>Zwei</p>")
    write(rosa, dog, "Drei", expected_version=0, expected_base=2)


def test_facts_that_nobody_touched_keep_a_colleagues_change(rosa: Actor, emil: Actor, dog: UUID) -> None:
    named = {"service_id": dog, "scope": FEDERATION}
    before = dict(get_edited_service("hund-anmelden", FEDERATION, actor=rosa).head)
    save_head(actor=emil, facts={"prominence": 7}, **named)  # type: ignore[arg-type]
    mine = before | {"typing": "11"}
    draft = save_head(actor=rosa, facts=mine, seen=before, **named)  # type: ignore[arg-type]
    assert {name: change.value for name, change in draft.head.items()} == {"prominence": 7, "typing": "11"}
    draft = save_head(actor=rosa, facts=before, **named)  # type: ignore[arg-type]
    assert draft.head["prominence"].value == 7
    with pytest.raises(Conflict) as refused:
        save_head(actor=rosa, facts=before | {"prominence": 2}, seen=before, **named)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.data["mine"]) == ("stale_facts", {"prominence": 2})


def test_open_changes_go_for_an_earlier_version_only_when_said_so(rosa: Actor, frida: Actor, dog: UUID) -> None:
    first = publish_draft(actor=frida, draft_id=write(rosa, dog, "Erste").id)
    publish_draft(actor=frida, draft_id=write(rosa, dog, "Zweite").id)
    draft = write(frida, dog, "Dritte")
    named = {"actor": rosa, "service_id": dog, "scope": REGION, "number": first}
    with pytest.raises(Conflict) as refused:
        restore_version(**named)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.data["version"]) == ("open_changes", draft.version)
    with pytest.raises(Conflict):
        restore_version(**named, expected_version=draft.version - 1)  # type: ignore[arg-type]
    again = restore_version(**named, expected_version=draft.version)  # type: ignore[arg-type]
    assert again.changes[KEY].value == "<p>Erste</p>"


def test_pages_carry_what_was_seen(writer: Client, publisher: Client) -> None:
    seen = text_of(writer, PROCEDURE + AT)
    carried = {name: hidden(seen, name) for name in ("version", "draft", "base")}
    assert carried["draft"] == ""
    assert writer.post(PROCEDURE + AT, {**carried, "text": "Mein Weg"}).status_code == 302
    review = text_of(publisher, f"{DOG}pruefung/{AT}")
    draft = hidden(text_of(writer, PROCEDURE + AT), "draft")
    assert f"entwurf={draft}" in review
    assert publisher.post(f"{DOG}pruefung/verwerfen/{AT}&entwurf={draft}").status_code == 302
    assert writer.post(PROCEDURE + AT, {**carried, "text": "Anderer Weg"}).status_code == 302
    for step in ("verwerfen", "einreichen", "zurueckholen"):
        answer = publisher.post(f"{DOG}pruefung/{step}/{AT}&entwurf={draft}")
        assert answer.status_code == 409, step
        assert "dies ist ein neuer" in answer.content.decode()


def test_the_form_of_facts_joins_what_two_have_changed(writer: Client, publisher: Client) -> None:
    path = f"{DOG}eckdaten/?ebene=federation:"
    page = text_of(writer, path)
    seen = hidden(page, "seen").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    sent = {
        "slug": "hund-anmelden",
        "layer": "municipality",
        "category_codes": ["umwelt"],
        "target_groups": ["citizens"],
        "prominence": "4",
        "row_count": "1",
        "row_0_who": "own",
        "seen": seen,
    }
    assert publisher.post(path, {**sent, "prominence": "2"}).status_code == 302
    answer = writer.post(path, sent)
    assert answer.status_code == 409
    assert "Gewicht in der Suche" in answer.content.decode()


def test_the_preview_shows_facts_of_the_draft(writer: Client) -> None:
    path = f"{DOG}eckdaten/?ebene=federation:"
    sent = {
        "slug": "hund-anmelden",
        "layer": "municipality",
        "category_codes": ["umwelt"],
        "target_groups": ["citizens"],
        "prominence": "4",
        "row_count": "1",
        "row_0_who": "authority",
        "row_0_authority": "Amt für Vorschauen",
    }
    assert writer.post(path, sent).status_code == 302
    assert "Amt für Vorschauen" in text_of(writer, f"{DOG}vorschau/?ebene=federation:&kommune=dorsten")
