"""From draft to publication: steps, four eyes, what becomes true, what a town sees, and later publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.editing import workflow
from catalog.editing.drafts import DraftInfo
from catalog.editing.facts import save_head
from catalog.editing.lifecycle import restore_version
from catalog.editing.locks import set_lock
from catalog.editing.models import Draft, DraftState
from catalog.editing.publishing import make_true
from catalog.editing.selectors import get_draft, get_edited_service
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.tests.conftest import FEDERATION, REGION, person
from catalog.editing.versions_compare import compare_versions
from catalog.editing.workflow import (
    publish_draft,
    publish_due,
    recall_draft,
    schedule_draft,
    send_back,
    set_four_eyes,
    submit_draft,
)
from catalog.resolution.values import FieldKey
from catalog.services.models import FormerSlug, LayerValue, Service
from catalog.services.versions import list_versions
from tenants.actors import Actor, system_actor
from tenants.audit.selectors import list_subjects
from tenants.context import as_editor, as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

NOTES = FieldKey("notes", "de")


def write(actor: Actor, dog: UUID, value: object = "Neu", *, field: str = "notes") -> DraftInfo:
    return save_draft_value(actor=actor, service_id=dog, scope=REGION, field=field, language="de", value=value)


def note_in(town: TenantInfo) -> str:
    with in_tenant(town.ref):
        return str(get_town_service("hund-anmelden").text("notes", "de") or "")


def test_what_is_published_holds_in_every_town_of_the_layer_and_nowhere_else(
    rosa: Actor, frida: Actor, dog: UUID, dorsten: TenantInfo, town: Callable[[str], TenantInfo]
) -> None:
    elsewhere = note_in(town("muenster"))
    number = publish_draft(actor=frida, draft_id=write(rosa, dog, "Sagt die Region").id, note="Neuer Hinweis")
    assert note_in(dorsten) == "<p>Sagt die Region</p>"
    assert note_in(town("muenster")) == elsewhere
    with as_editor():
        newest = list_versions(dog)[0]
        assert (newest.number, newest.author, newest.note) == (number, "Frida Freigabe", "Neuer Hinweis")
        assert newest.changed == (("region", "emscher-lippe", "notes", "de"),)
        assert LayerValue.objects.get(service_id=dog, layer="region", field="notes").author == "Rosa Redaktion"
    with as_operator():
        assert f"service:{dog}" in list_subjects(action="catalog.draft.published")


def test_the_way_of_a_draft(rosa: Actor, frida: Actor, dog: UUID) -> None:
    draft = write(rosa, dog)
    with pytest.raises(NotAllowed):
        publish_draft(actor=rosa, draft_id=draft.id)
    submit_draft(actor=rosa, draft_id=draft.id, note="Bitte ansehen")
    with pytest.raises(Conflict) as refused:
        write(rosa, dog, "Doch anders")
    assert refused.value.code == "draft_in_review"
    with pytest.raises(InvalidInput):
        send_back(actor=frida, draft_id=draft.id, comment=" ")
    send_back(actor=frida, draft_id=draft.id, comment="Bitte kürzer")
    assert (get_draft(draft.id).state, get_draft(draft.id).comment) == (DraftState.WRITING, "Bitte kürzer")
    write(rosa, dog, "Kurz")
    submit_draft(actor=rosa, draft_id=draft.id)
    recall_draft(actor=rosa, draft_id=draft.id)
    submit_draft(actor=rosa, draft_id=draft.id)
    with pytest.raises(Conflict):
        submit_draft(actor=rosa, draft_id=draft.id)
    publish_draft(actor=frida, draft_id=draft.id)
    assert get_draft(draft.id).state is DraftState.PUBLISHED
    with pytest.raises(Conflict):
        publish_draft(actor=frida, draft_id=draft.id)


def test_an_empty_draft_is_neither_submitted_nor_published(rosa: Actor, frida: Actor, dog: UUID) -> None:
    draft = write(rosa, dog)
    draft = save_draft_value(actor=rosa, service_id=dog, scope=REGION, field="procedure", language="de", value="Weg")
    with as_editor():
        Draft.objects.filter(id=draft.id).update(changes={})
    with pytest.raises(InvalidInput):
        submit_draft(actor=rosa, draft_id=draft.id)
    with pytest.raises(InvalidInput):
        publish_draft(actor=frida, draft_id=draft.id)


def test_with_four_eyes_nobody_publishes_what_is_their_own(rosa: Actor, emil: Actor, frida: Actor, dog: UUID) -> None:
    with pytest.raises(NotAllowed):
        set_four_eyes(actor=rosa, region="emscher-lippe", is_on=True)
    set_four_eyes(actor=frida, region="emscher-lippe", is_on=True)
    draft = write(frida, dog)
    with pytest.raises(NotAllowed) as refused:
        publish_draft(actor=frida, draft_id=draft.id)
    assert refused.value.code == "four_eyes"
    write(rosa, dog, "Jetzt von Rosa")
    with pytest.raises(NotAllowed):
        publish_draft(actor=frida, draft_id=draft.id)
    publish_draft(actor=person("Greta Gegenlesen", 17, "publisher"), draft_id=draft.id)


def test_every_region_of_the_draft_is_asked_for_four_eyes(frida: Actor, dog: UUID) -> None:
    other = Actor(
        kind="editor",
        name="Mia Münster",
        id=UUID(int=18),
        roles=frozenset({"publisher"}),
        region="muensterland",
        scopes=frozenset({("region", "muensterland"), FEDERATION.pair}),
    )
    set_four_eyes(actor=other, region="muensterland", is_on=True)
    publish_draft(actor=frida, draft_id=write(frida, dog).id)
    federal = save_draft_value(
        actor=frida, service_id=dog, scope=FEDERATION, field="notes", language="de", value="Für alle"
    )
    with pytest.raises(NotAllowed) as refused:
        publish_draft(actor=frida, draft_id=federal.id)
    assert refused.value.code == "four_eyes"


def test_who_publishes_publishes_what_was_seen(rosa: Actor, frida: Actor, dog: UUID) -> None:
    seen = write(rosa, dog)
    write(rosa, dog, "Danach geändert")
    with pytest.raises(Conflict) as refused:
        publish_draft(actor=frida, draft_id=seen.id, expected_version=seen.version)
    assert refused.value.code == "stale_draft"


def test_a_draft_against_an_older_text_is_not_published_over_the_newer_one(
    rosa: Actor, frida: Actor, dog: UUID
) -> None:
    draft = write(rosa, dog)
    with as_editor():
        LayerValue.objects.create(
            service_id=dog,
            layer="region",
            area="emscher-lippe",
            field="notes",
            language="de",
            value="Aus einer Datei",
            changed_at=timezone.now(),
        )
    with pytest.raises(Conflict) as refused:
        publish_draft(actor=frida, draft_id=draft.id)
    assert (refused.value.code, refused.value.data["fields"]) == ("moved_base", ["notes"])
    write(rosa, dog, "Neu, beides gesehen")
    publish_draft(actor=frida, draft_id=draft.id)


def test_a_lock_from_above_between_writing_and_publishing_wins(rosa: Actor, frida: Actor, dog: UUID) -> None:
    below = write(rosa, dog, "Region")
    save_draft_value(actor=frida, service_id=dog, scope=FEDERATION, field="notes", language="de", value="Für alle")
    above = set_lock(actor=frida, service_id=dog, scope=FEDERATION, field="notes", is_locked=True)
    publish_draft(actor=frida, draft_id=above.id)
    with pytest.raises(Conflict) as refused:
        publish_draft(actor=frida, draft_id=below.id)
    assert refused.value.code == "field_locked"


def test_a_lock_makes_own_values_rest_and_opening_brings_them_back(
    frida: Actor, dog: UUID, editor: Actor, gladbeck: TenantInfo
) -> None:
    with in_tenant(gladbeck.ref):
        set_override(actor=editor, service_id=dog, field="notes", language="de", value="Gladbeck sagt")
    write(frida, dog, "Region sagt")
    locked = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=True)
    publish_draft(actor=frida, draft_id=locked.id)
    assert note_in(gladbeck) == "<p>Region sagt</p>"
    opened = set_lock(actor=frida, service_id=dog, scope=REGION, field="notes", is_locked=False)
    publish_draft(actor=frida, draft_id=opened.id)
    assert note_in(gladbeck) == "<p>Gladbeck sagt</p>"


def test_taking_a_text_back_gives_the_one_from_above(rosa: Actor, frida: Actor, dog: UUID, dorsten: TenantInfo) -> None:
    before = note_in(dorsten)
    publish_draft(actor=frida, draft_id=write(rosa, dog).id)
    taken = remove_draft_value(actor=rosa, service_id=dog, scope=REGION, field="notes", language="de")
    publish_draft(actor=frida, draft_id=taken.id)
    assert note_in(dorsten) == before


def test_empty_on_purpose_stays_a_value(rosa: Actor, frida: Actor, dog: UUID, dorsten: TenantInfo) -> None:
    publish_draft(actor=frida, draft_id=write(rosa, dog, None, field="full_text").id)
    with in_tenant(dorsten.ref):
        assert get_town_service("hund-anmelden").effective.get("full_text", "de").is_tombstone


def test_a_new_name_leaves_the_old_one_as_a_way(frida: Actor, dog: UUID, dorsten: TenantInfo) -> None:
    draft = save_head(actor=frida, service_id=dog, scope=FEDERATION, facts={"slug": "hund-melden"})
    publish_draft(actor=frida, draft_id=draft.id)
    with as_editor():
        assert FormerSlug.objects.get(slug="hund-anmelden").service_id == dog
        assert Service.objects.get(id=dog).slug == "hund-melden"
    with in_tenant(dorsten.ref):
        assert get_town_service("hund-melden").title("de") == "Hund anmelden"


def test_an_earlier_version_comes_back_as_a_draft(rosa: Actor, frida: Actor, dog: UUID, dorsten: TenantInfo) -> None:
    first = publish_draft(actor=frida, draft_id=write(rosa, dog, "Erste").id)
    second = publish_draft(actor=frida, draft_id=write(rosa, dog, "Zweite").id)
    assert [one.kind for one in compare_versions(dog, first, second)] == ["changed"]
    draft = restore_version(actor=rosa, service_id=dog, scope=REGION, number=first)
    assert draft.changes[NOTES].value == "<p>Erste</p>"
    publish_draft(actor=frida, draft_id=draft.id)
    assert note_in(dorsten) == "<p>Erste</p>"
    gone = restore_version(actor=rosa, service_id=dog, scope=REGION, number=first - 1)
    assert gone.changes[NOTES].is_removed


def test_an_approved_draft_waits_for_its_moment(rosa: Actor, frida: Actor, dog: UUID, dorsten: TenantInfo) -> None:
    before = note_in(dorsten)
    draft = write(rosa, dog, "Ab morgen")
    with pytest.raises(InvalidInput):
        schedule_draft(actor=frida, draft_id=draft.id, publish_at=timezone.now() - dt.timedelta(minutes=1))
    schedule_draft(actor=frida, draft_id=draft.id, publish_at=timezone.now() + dt.timedelta(days=1))
    with pytest.raises(Conflict):
        write(frida, dog, "Heimlich anders")
    assert publish_due() == (0, {})
    assert note_in(dorsten) == before
    with as_editor():
        Draft.objects.filter(id=draft.id).update(publish_at=timezone.now())
    assert publish_due() == (1, {})
    assert note_in(dorsten) == "<p>Ab morgen</p>"
    assert publish_due() == (0, {})


def test_a_scheduled_draft_that_does_not_fit_any_more_goes_back_with_the_reason(
    rosa: Actor, frida: Actor, dog: UUID
) -> None:
    draft = write(rosa, dog, "Region")
    schedule_draft(actor=frida, draft_id=draft.id, publish_at=timezone.now() + dt.timedelta(days=1))
    save_draft_value(actor=frida, service_id=dog, scope=FEDERATION, field="notes", language="de", value="Für alle")
    above = set_lock(actor=frida, service_id=dog, scope=FEDERATION, field="notes", is_locked=True)
    publish_draft(actor=frida, draft_id=above.id)
    with as_editor():
        Draft.objects.filter(id=draft.id).update(publish_at=timezone.now())
    done, refused = publish_due()
    assert (done, list(refused)) == (0, [draft.id])
    assert get_draft(draft.id).state is DraftState.WRITING
    assert "gesperrt" in get_draft(draft.id).comment


def test_what_clashes_holds_up_no_other_scheduled_draft(
    rosa: Actor, frida: Actor, dog: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = [write(rosa, dog, "Region"), _write_above(rosa, dog)]
    for draft in drafts:
        schedule_draft(actor=frida, draft_id=draft.id, publish_at=timezone.now() + dt.timedelta(days=1))
    with as_editor():
        Draft.objects.filter(id__in=[one.id for one in drafts]).update(publish_at=timezone.now())

    def clash(draft: Draft, *, actor: Actor, note: str) -> int:
        if draft.id == drafts[0].id:
            raise IntegrityError
        return make_true(draft, actor=actor, note=note)

    monkeypatch.setattr(workflow, "make_true", clash)
    done, refused = publish_due()
    assert (done, {one: problem.code for one, problem in refused.items()}) == (1, {drafts[0].id: "clashed"})


def _write_above(actor: Actor, dog: UUID) -> DraftInfo:
    return save_draft_value(
        actor=actor, service_id=dog, scope=FEDERATION, field="procedure", language="de", value="So geht es"
    )


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("role", [as_editor, as_operator])
def test_no_role_can_change_a_published_version(role: Callable[[], object], statement: str, dog: UUID) -> None:
    sql = {
        "UPDATE": "UPDATE services_serviceversion SET note = 'x' WHERE service_id = %s",
        "DELETE": "DELETE FROM services_serviceversion WHERE service_id = %s",
    }[statement]
    with (
        role(),  # type: ignore[attr-defined]
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [dog])


def test_no_town_and_no_umbrella_can_read_drafts(gladbeck: TenantInfo) -> None:
    with (
        in_tenant(gladbeck.ref),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Draft.objects.exists()


def test_the_desk_knows_what_would_hold(rosa: Actor, dog: UUID) -> None:
    write(rosa, dog, "Entwurf")
    found = get_edited_service("hund-anmelden", REGION, actor=system_actor("tests"))
    assert found.drafted.shown("notes", "de").value == "<p>Entwurf</p>"
    assert found.published.shown("notes", "de").value != "<p>Entwurf</p>"
