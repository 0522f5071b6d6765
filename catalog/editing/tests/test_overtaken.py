"""Locks and facts that somebody else has changed meanwhile: another editor, or the content files."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import yaml
from django.test import Client

from catalog.editing.facts import save_head
from catalog.editing.locks import set_lock
from catalog.editing.selectors import get_edited_service
from catalog.editing.services import discard_draft, save_draft_value
from catalog.editing.tests.conftest import FEDERATION, REGION, id_of
from catalog.editing.tests.test_loading_again import SLUG, folder
from catalog.editing.tests.test_pages import AT, BASE, DOG, hidden, text_of
from catalog.editing.workflow import publish_draft
from catalog.services.content import load_catalogue
from catalog.services.models import Service
from tenants.actors import Actor
from tenants.context import as_migration
from tenants.errors import Conflict

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def test_two_clicks_on_one_lock_are_noticed(rosa: Actor, frida: Actor, dog: UUID) -> None:
    named = {"actor": frida, "service_id": dog, "scope": REGION, "field": "notes"}
    save_draft_value(actor=rosa, service_id=dog, scope=REGION, field="notes", language="de", value="Nur hier")
    first = set_lock(**named, is_locked=True, expected_version=0)  # type: ignore[arg-type]
    seen = {"expected_version": first.locks["notes"].version, "expected_draft": first.id}
    same = set_lock(**named, is_locked=True, expected_version=0)  # type: ignore[arg-type]
    assert same.locks == first.locks, "what both want is no conflict"
    set_lock(**named, is_locked=False, **seen)  # type: ignore[arg-type]
    set_lock(**named, is_locked=True)  # type: ignore[arg-type]
    with pytest.raises(Conflict) as refused:
        set_lock(**named, is_locked=False, **seen)  # type: ignore[arg-type]
    assert refused.value.code == "stale_lock"
    assert "Frida Freigabe" in refused.value.user_message


def test_a_lock_of_an_earlier_draft_means_nothing_in_the_next(frida: Actor, dog: UUID) -> None:
    named = {"actor": frida, "service_id": dog, "scope": REGION, "field": "notes"}
    save_draft_value(actor=frida, service_id=dog, scope=REGION, field="notes", language="de", value="Nur hier")
    drafted = set_lock(**named, is_locked=True)  # type: ignore[arg-type]
    publish_draft(actor=frida, draft_id=drafted.id)
    seen = {"expected_version": drafted.locks["notes"].version, "expected_draft": drafted.id}
    with pytest.raises(Conflict) as refused:
        set_lock(**named, is_locked=False, **seen)  # type: ignore[arg-type]
    assert (refused.value.code, "veröffentlicht" in refused.value.user_message) == ("stale_lock", True)


def test_the_lock_button_carries_what_was_seen(publisher: Client, frida: Actor, dog: UUID) -> None:
    named = {"actor": frida, "service_id": dog, "scope": REGION, "field": "notes"}
    save_draft_value(actor=frida, service_id=dog, scope=REGION, field="notes", language="de", value="Nur hier")
    first = set_lock(**named, is_locked=True)  # type: ignore[arg-type]
    form = text_of(publisher, DOG + AT).partition(f"{DOG}sperre/notes/")[2]
    sent = {name: hidden(form, name) for name in ("locked", "version", "draft")}
    assert sent == {"locked": "0", "version": str(first.locks["notes"].version), "draft": str(first.id)}
    discard_draft(actor=frida, draft_id=first.id)
    save_draft_value(actor=frida, service_id=dog, scope=REGION, field="notes", language="de", value="Anders")
    set_lock(**named, is_locked=True)  # type: ignore[arg-type]
    answer = publisher.post(f"{DOG}sperre/notes/{AT}", sent)
    assert answer.status_code == 409
    assert "Sehen Sie nach, was jetzt gilt" in answer.content.decode()


def load(folder: Path, system: Actor, **facts: object) -> None:
    path = folder / "services" / f"{SLUG}.yaml"
    data = yaml.safe_load(path.read_text("utf-8")) | facts
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with as_migration():
        load_catalogue(folder, actor=system)


def facts() -> dict[str, object]:
    with as_migration():
        service = Service.objects.get(slug=SLUG)
        return {"prominence": service.prominence, "typing": service.typing, "category_codes": service.category_codes}


def test_other_facts_of_the_files_join_with_a_draft(
    rosa: Actor,
    frida: Actor,
    system: Actor,
    folder: Path,
) -> None:
    lost = id_of(SLUG)
    draft = save_head(actor=rosa, service_id=lost, scope=FEDERATION, facts={"prominence": 7})
    load(folder, system, typing="11")
    publish_draft(actor=frida, draft_id=draft.id)
    assert facts() == {"prominence": 7, "typing": "11", "category_codes": ["umwelt"]}


def test_the_same_fact_is_said_by_name_and_decided_by_the_editor(
    publisher: Client,
    rosa: Actor,
    frida: Actor,
    system: Actor,
    folder: Path,
) -> None:
    lost = id_of(SLUG)
    draft = save_head(actor=rosa, service_id=lost, scope=FEDERATION, facts={"prominence": 7, "typing": "10"})
    load(folder, system, prominence=3)
    with pytest.raises(Conflict) as refused:
        publish_draft(actor=frida, draft_id=draft.id)
    assert refused.value.code == "moved_facts"
    assert "Gewicht in der Suche" in refused.value.user_message
    assert "Typisierung" not in refused.value.user_message
    assert facts()["prominence"] == 3
    assert get_edited_service(SLUG, FEDERATION, actor=rosa).overtaken == ("prominence",)
    path = f"{BASE}{SLUG}/eckdaten/?ebene=federation:"
    page = text_of(publisher, path)
    assert "Gewicht in der Suche: 3" in page
    sent = {
        "slug": SLUG,
        "layer": "municipality",
        "category_codes": ["umwelt"],
        "target_groups": ["citizens"],
        "typing": "10",
        "prominence": "7",
        "row_count": "0",
        "seen": hidden(page, "seen").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">"),
    }
    assert publisher.post(path, sent).status_code == 302
    publish_draft(actor=frida, draft_id=draft.id)
    assert (facts()["prominence"], facts()["typing"]) == (7, "10")
