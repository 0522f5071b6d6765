"""A service belongs to the catalogue that it began in, whatever other layers write."""

from __future__ import annotations

from uuid import UUID

import pytest

from catalog.editing.drafts import DraftInfo
from catalog.editing.lifecycle import archive_service, create_service
from catalog.editing.places import Scope
from catalog.editing.selectors import get_edited_service
from catalog.editing.services import remove_draft_value, save_draft_value, save_head
from catalog.editing.tests.conftest import FEDERATION, REGION, person
from catalog.editing.workflow import publish_draft
from catalog.resolution.values import Layer
from catalog.services.models import Service
from tenants.actors import Actor
from tenants.context import as_editor
from tenants.errors import NotAllowed

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
    assert get_edited_service("bienen-anmelden", REGION).is_home


def test_a_service_of_the_files_stays_the_federations(frida: Actor, kurt: Actor, dog: UUID) -> None:
    assert get_edited_service("hund-anmelden", REGION).home == FEDERATION
    taken = remove_draft_value(actor=frida, service_id=dog, scope=FEDERATION, field="title", language="de")
    publish_draft(actor=frida, draft_id=taken.id)
    district = Scope(Layer.DISTRICT, "05562")
    publish_draft(actor=kurt, draft_id=title(kurt, dog, district).id)
    with pytest.raises(NotAllowed):
        archive_service(actor=kurt, service_id=dog)
