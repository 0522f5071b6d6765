"""A service belongs to the catalogue that it began in, whatever other layers write."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import timezone

from catalog.editing import heads
from catalog.editing.drafts import DraftInfo
from catalog.editing.facts import save_head
from catalog.editing.lifecycle import archive_service, create_service
from catalog.editing.models import Draft
from catalog.editing.places import Scope
from catalog.editing.selectors import get_edited_service, list_service_lines
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.tests.conftest import FEDERATION, REGION, person
from catalog.editing.workflow import publish_draft, publish_due, schedule_draft
from catalog.resolution.values import Layer
from catalog.services.models import Service
from tenants.actors import Actor
from tenants.context import as_editor
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

FACTS = {"layer": "municipality", "category_codes": ["umwelt"], "target_groups": ["citizens"]}
STATE = Scope(Layer.STATE, "05")


def begin(actor: Actor, **facts: object) -> DraftInfo:
    return create_service(actor=actor, scope=REGION, title="Bienen anmelden", facts={**FACTS, **facts})


@pytest.fixture
def lena() -> Actor:
    """Return a publisher of the state, whose layer stands above the region's."""
    return person("Lena Land", 15, "editor", "publisher", scopes=(STATE,))


def title(actor: Actor, service_id: UUID, scope: Scope) -> DraftInfo:
    return save_draft_value(
        actor=actor, service_id=service_id, scope=scope, field="title", language="de", value="Imkerei"
    )


def test_an_unpublished_service_is_published_first_where_it_began(rosa: Actor, frida: Actor) -> None:
    begun = begin(rosa)
    stranger = person("Beides", 16, "editor", "publisher", scopes=(REGION, STATE))
    other = title(stranger, begun.service_id, STATE)
    with pytest.raises(NotAllowed) as refused:
        publish_draft(actor=stranger, draft_id=other.id)
    assert refused.value.code == "not_at_home"
    with as_editor():
        assert Service.objects.get(id=begun.service_id).state == "draft"
    publish_draft(actor=frida, draft_id=begun.id)


def test_a_title_on_a_higher_layer_takes_no_service_over(rosa: Actor, frida: Actor, lena: Actor) -> None:
    begun = begin(rosa)
    publish_draft(actor=frida, draft_id=begun.id)
    publish_draft(actor=lena, draft_id=title(lena, begun.service_id, STATE).id)
    with pytest.raises(NotAllowed):
        archive_service(actor=lena, service_id=begun.service_id)
    with pytest.raises(NotAllowed):
        save_head(actor=lena, service_id=begun.service_id, scope=STATE, facts={"slug": "imkerei"})
    save_head(actor=rosa, service_id=begun.service_id, scope=REGION, facts={"slug": "bienen"})
    assert get_edited_service("bienen-anmelden", REGION, actor=rosa).is_home


def test_a_service_of_the_files_stays_the_federations(rosa: Actor, frida: Actor, kurt: Actor, dog: UUID) -> None:
    assert get_edited_service("hund-anmelden", REGION, actor=rosa).home == FEDERATION
    taken = remove_draft_value(actor=frida, service_id=dog, scope=FEDERATION, field="title", language="de")
    publish_draft(actor=frida, draft_id=taken.id)
    district = Scope(Layer.DISTRICT, "05562")
    publish_draft(actor=kurt, draft_id=title(kurt, dog, district).id)
    with pytest.raises(NotAllowed):
        archive_service(actor=kurt, service_id=dog)


def test_a_regions_service_exists_in_its_own_towns_only(rosa: Actor, frida: Actor) -> None:
    for area in ("", "05", "muensterland", "055150"):
        with pytest.raises(InvalidInput) as refused:
            begin(rosa, area=area)
        assert "area" in refused.value.fields, area
    begun = begin(rosa, area="05562")
    with pytest.raises(InvalidInput):
        save_head(actor=rosa, service_id=begun.service_id, scope=REGION, facts={"area": ""})
    with as_editor():
        draft = Draft.objects.get(id=begun.id)
        draft.head = {"area": {**draft.changes["title|de"], "value": ""}}
        draft.save()
    with pytest.raises(InvalidInput):
        publish_draft(actor=frida, draft_id=begun.id)


def test_a_name_taken_meanwhile_holds_up_no_other_scheduled_draft(rosa: Actor, frida: Actor, dog: UUID) -> None:
    begun = begin(rosa)
    publish_draft(actor=frida, draft_id=begun.id)
    renamed = save_head(actor=rosa, service_id=begun.service_id, scope=REGION, facts={"slug": "imkerei"})
    other = save_draft_value(
        actor=rosa, service_id=dog, scope=REGION, field="procedure", language="de", value="So geht es"
    )
    for draft in (renamed, other):
        schedule_draft(actor=frida, draft_id=draft.id, publish_at=timezone.now() + dt.timedelta(days=1))
    create_service(actor=rosa, scope=REGION, title="Imkerei", facts=FACTS)
    with as_editor():
        Draft.objects.filter(id__in=[renamed.id, other.id]).update(publish_at=timezone.now())
    done, refused = publish_due()
    assert (done, [one.code for one in refused.values()]) == (1, ["slug_taken"])


def test_the_same_new_name_at_the_same_moment_is_a_conflict(rosa: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(rosa)
    monkeypatch.setattr(heads, "is_taken", lambda _slug, _service: False)
    with pytest.raises(Conflict) as refused:
        begin(rosa)
    assert refused.value.code == "slug_taken"


def test_unpublished_services_and_drafts_are_known_to_their_layers_only(rosa: Actor, dog: UUID) -> None:
    far = Scope(Layer.REGION, "muensterland")
    mia = replace(person("Mia Münster", 18, "editor", "publisher", scopes=(far,)), region="muensterland")
    begun = begin(rosa)
    save_draft_value(actor=rosa, service_id=dog, scope=REGION, field="procedure", language="de", value="Geheim")

    def seen(actor: Actor, scope: Scope) -> dict[str, int]:
        return {one.slug: len(one.drafts) for one in list_service_lines(scope, actor=actor)}

    assert seen(rosa, REGION)["bienen-anmelden"] == 1
    assert seen(rosa, REGION)["hund-anmelden"] == 1
    assert "bienen-anmelden" not in seen(mia, far)
    assert seen(mia, far)["hund-anmelden"] == 0
    with pytest.raises(NotFound):
        get_edited_service("bienen-anmelden", far, actor=mia)
    assert not get_edited_service("hund-anmelden", far, actor=mia).other_drafts
    with pytest.raises(NotFound):
        title(mia, begun.service_id, far)
