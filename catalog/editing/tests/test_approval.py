"""When a service was found right in substance: by who publishes what others wrote, or by hand."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from catalog.editing.approval import approve_service
from catalog.editing.drafts import DraftInfo
from catalog.editing.models import Draft
from catalog.editing.places import Scope
from catalog.editing.services import save_draft_value
from catalog.editing.tests.conftest import FEDERATION, REGION
from catalog.editing.tests.test_pages import DOG, text_of
from catalog.editing.workflow import publish_draft, publish_due, recall_draft, schedule_draft, set_four_eyes
from catalog.services.models import Service
from catalog.services.versions import list_versions
from tenants.actors import Actor
from tenants.audit.selectors import list_subjects
from tenants.context import as_editor, as_operator
from tenants.errors import Conflict, InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dog(dog: UUID) -> UUID:
    """Return the service, not approved by anybody yet."""
    with as_editor():
        Service.objects.filter(id=dog).update(approved_at=None, approved_by="")
    return dog


def write(actor: Actor, dog: UUID, *, scope: Scope = FEDERATION, value: str = "Neu") -> DraftInfo:
    return save_draft_value(actor=actor, service_id=dog, scope=scope, field="notes", language="de", value=value)


def approval(dog: UUID) -> tuple[dt.date | None, str]:
    with as_editor():
        service = Service.objects.get(id=dog)
    return service.approved_at, service.approved_by


def test_who_publishes_what_others_wrote_approves_it(rosa: Actor, frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(frida, dog, value="Von mir").id)
    assert approval(dog) == (None, "")
    publish_draft(actor=frida, draft_id=write(rosa, dog, scope=REGION).id)
    assert approval(dog) == (None, ""), "a layer below does not speak for the whole service"
    publish_draft(actor=frida, draft_id=write(rosa, dog, value="Von Rosa").id)
    assert approval(dog) == (timezone.localdate(), "Frida Freigabe")
    with as_operator():
        assert list_subjects(action="catalog.service.approved") == [f"service:{dog}"]


def test_an_approval_for_later_counts_from_the_day_it_was_given(rosa: Actor, frida: Actor, dog: UUID) -> None:
    later = timezone.now() + dt.timedelta(days=3)
    draft = write(rosa, dog)
    schedule_draft(actor=frida, draft_id=draft.id, publish_at=later)
    recall_draft(actor=frida, draft_id=draft.id)
    with as_editor():
        assert Draft.objects.get(id=draft.id).approved_on is None
    schedule_draft(actor=frida, draft_id=draft.id, publish_at=later)
    given = timezone.localdate() - dt.timedelta(days=2)
    with as_editor():
        Draft.objects.filter(id=draft.id).update(publish_at=timezone.now(), approved_on=given)
    assert publish_due() == (1, {})
    assert approval(dog) == (given, "Frida Freigabe")


def versions_of(dog: UUID) -> int:
    with as_editor():
        return len(list_versions(dog))


def test_by_hand_by_who_publishes_where_it_began(rosa: Actor, frida: Actor, kurt: Actor, dog: UUID) -> None:
    versions = versions_of(dog)
    for actor in (rosa, kurt):
        with pytest.raises(NotAllowed):
            approve_service(actor=actor, service_id=dog)
    with pytest.raises(InvalidInput) as refused:
        approve_service(actor=frida, service_id=dog, approved_at=timezone.localdate() + dt.timedelta(days=1))
    assert "approved_at" in refused.value.fields
    day = timezone.localdate() - dt.timedelta(days=10)
    approve_service(actor=frida, service_id=dog, approved_at=day)
    assert approval(dog) == (day, "Frida Freigabe")
    assert versions_of(dog) == versions, "towns that stay with a version miss nothing by it"
    with as_editor():
        Service.objects.filter(id=dog).update(state="archived")
    with pytest.raises(Conflict):
        approve_service(actor=frida, service_id=dog)


def test_with_four_eyes_nobody_approves_their_own_words(frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(frida, dog).id)
    set_four_eyes(actor=frida, region="emscher-lippe", is_on=True)
    with pytest.raises(NotAllowed) as refused:
        approve_service(actor=frida, service_id=dog)
    assert refused.value.code == "four_eyes"


def test_the_page_says_so_and_has_the_way_to_it(writer: Client, publisher: Client, dog: UUID) -> None:
    page = text_of(writer, f"{DOG}?ebene=federation:")
    assert "Noch nicht fachlich freigegeben." in page
    assert f'action="{DOG}freigeben/' not in page
    assert f'action="{DOG}freigeben/' in text_of(publisher, f"{DOG}?ebene=federation:")
    path = f"{DOG}freigeben/?ebene=federation:"
    assert writer.post(path, {"approved_at": "2026-11-02"}).status_code == 403
    for day in ("", "gestern", "2999-01-01"):
        answer = publisher.post(path, {"approved_at": day})
        assert answer.status_code == 422, day
    assert publisher.post(path, {"approved_at": "2026-11-02"}).status_code == 302
    assert "Fachlich freigegeben am 2. November 2026 von Pia publisher." in text_of(writer, DOG)
