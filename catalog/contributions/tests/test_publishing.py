"""A contribution is published through a draft like every other text: history, locks, versions and audit come along."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from catalog.contributions.models import InboxEntry
from catalog.contributions.services import edit_contribution, publish_contribution
from catalog.contributions.tests.test_rules import OWN, PASS, publisher
from catalog.editing.drafts import DraftInfo
from catalog.editing.locks import set_lock
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import scope_from
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.workflow import publish_draft
from catalog.services.models import LayerValue, Service
from catalog.services.versions import VersionInfo, list_versions
from tenants.actors import Actor, system_actor
from tenants.audit.selectors import list_subjects
from tenants.context import as_editor, as_operator
from tenants.errors import Conflict

pytestmark = pytest.mark.django_db

REGION = scope_from("region", "emscher-lippe")
SYSTEM = system_actor("tests")


@pytest.fixture
def certificate(service_id: Callable[[str], UUID]) -> UUID:
    """Return the service that the offered note is about."""
    return service_id(PASS)


def write(service: UUID, value: str, *, field: str = "notes", actor: Actor = SYSTEM) -> DraftInfo:
    return save_draft_value(actor=actor, service_id=service, scope=REGION, field=field, language="de", value=value)


def versions_of(service: UUID) -> list[VersionInfo]:
    with as_editor():
        return list_versions(service)


def stored(service: UUID) -> LayerValue:
    with as_editor():
        return LayerValue.objects.get(service_id=service, layer="region", field="notes", language="de")


def test_it_leaves_a_published_draft_a_version_and_an_audit_row(offered: UUID, certificate: UUID) -> None:
    rita = publisher(31)
    publish_contribution(actor=rita, contribution_id=offered, note="Ein guter Hinweis")
    value = stored(certificate)
    assert (value.value, value.author, value.version) == (OWN, "Stadt Gladbeck", 1)
    newest = versions_of(certificate)[0]
    assert (newest.author, newest.note) == ("Stadt Gladbeck", "Ein guter Hinweis")
    with as_editor():
        draft = Draft.objects.get(service_id=certificate, layer="region")
    assert (draft.state, draft.closed_by, draft.published_number) == (DraftState.PUBLISHED, rita.name, newest.number)
    with as_operator():
        assert f"service:{certificate}" in list_subjects(action="catalog.draft.published")


def test_the_open_draft_of_the_layer_stays_and_notices(offered: UUID, certificate: UUID) -> None:
    draft = write(certificate, "Von der Region")
    write(certificate, "Auch das", field="procedure")
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert stored(certificate).value == OWN
    with pytest.raises(Conflict) as refused:
        publish_draft(actor=SYSTEM, draft_id=draft.id)
    assert (refused.value.code, refused.value.data["fields"]) == ("moved_base", ["notes"])


def test_a_lock_of_the_layer_holds_for_the_given_text_and_numbers_go_on(offered: UUID, certificate: UUID) -> None:
    write(certificate, "Von der Region")
    locked = set_lock(actor=SYSTEM, service_id=certificate, scope=REGION, field="notes", is_locked=True)
    publish_draft(actor=SYSTEM, draft_id=locked.id)
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert (stored(certificate).is_locked, stored(certificate).version) == (True, 2)


def test_a_text_taken_back_before_counts_on(offered: UUID, certificate: UUID) -> None:
    publish_draft(actor=SYSTEM, draft_id=write(certificate, "Von der Region").id)
    gone = remove_draft_value(actor=SYSTEM, service_id=certificate, scope=REGION, field="notes", language="de")
    publish_draft(actor=SYSTEM, draft_id=gone.id)
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert stored(certificate).version == 2


def test_what_the_layer_says_already_makes_no_version(offered: UUID, certificate: UUID) -> None:
    publish_draft(actor=SYSTEM, draft_id=write(certificate, OWN).id)
    versions = len(versions_of(certificate))
    assert publish_contribution(actor=SYSTEM, contribution_id=offered) == certificate
    assert len(versions_of(certificate)) == versions


def test_what_a_town_gave_is_approved_by_who_has_not_worded_it(gladbeck: object, db: None) -> None:
    del gladbeck
    with as_editor():
        waiting = InboxEntry.objects.get(title="Lastenrad der Stadt ausleihen", state="offered")
    rita, vera = publisher(31), publisher(32)
    edit_contribution(
        actor=rita, contribution_id=waiting.id, field="teaser", language="de", value="Leihen Sie ein Lastenrad."
    )
    made = publish_contribution(actor=vera, contribution_id=waiting.id)
    with as_editor():
        service = Service.objects.get(id=made)
    assert (service.home_layer, service.home_area, service.approved_by) == ("region", "emscher-lippe", vera.name)
    assert service.state == "published"
