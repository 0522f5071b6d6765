"""Services of a town's own: who sees them, what they are called, and what can't be done to them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from catalog.decisions.history import list_history
from catalog.decisions.selectors import get_town_service, list_offered_services
from catalog.decisions.topics import list_categories
from catalog.local.facts import Facts
from catalog.local.selectors import get_local_record, list_local_records
from catalog.local.services import (
    archive_local_service,
    create_local_service,
    delete_local_draft,
    publish_local_service,
    set_local_facts,
    set_local_value,
)
from catalog.local.tests.conftest import SLUG, TITLE, Make
from catalog.services.models import Service, State
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.context import as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
TOPIC = "engagement_hobby"


def slugs() -> list[str]:
    """Return what citizens find in the list."""
    return [one.slug for one in list_offered_services("de")]


def take_slug(slug: str) -> UUID:
    """Publish a shared service of this name."""
    with as_operator():
        now = timezone.now()
        return Service.objects.create(slug=slug, layer="municipality", state=State.PUBLISHED, published_at=now).id


def test_a_draft_is_nobodys_business_and_a_published_one_stands_among_the_others(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make
) -> None:
    service_id = make_local(is_published=False)
    before = {one.code: one.count for one in list_categories("de")}
    assert SLUG not in slugs()
    with pytest.raises(NotFound):
        get_town_service(SLUG)
    publish_local_service(actor=editor, service_id=service_id)
    assert SLUG in slugs()
    found = get_town_service(SLUG)
    assert (found.title("de"), found.is_local, found.decided.is_own) == (TITLE, True, True)
    assert {one.code: one.count for one in list_categories("de")}[TOPIC] == before.get(TOPIC, 0) + 1
    assert SLUG in [one.slug for one in list_offered_services("de", category=TOPIC)]
    assert SLUG not in [one.slug for one in list_offered_services("de", category="umwelt")]


def test_another_town_sees_nothing_of_it(in_gladbeck: TenantInfo, dorsten: TenantInfo, make_local: Make) -> None:
    service_id = make_local()
    with in_tenant(dorsten.ref):
        assert SLUG not in slugs()
        assert list_local_records() == []
        with pytest.raises(NotFound):
            get_town_service(SLUG)
        with pytest.raises(NotFound):
            get_local_record(service_id)


def test_only_this_towns_editors_write(in_gladbeck: TenantInfo, stranger: Actor, make_local: Make) -> None:
    service_id = make_local()
    for actor in (stranger, ANONYMOUS, Actor(kind="staff", id=uuid4(), tenant_id=in_gladbeck.id)):
        with pytest.raises(NotAllowed):
            create_local_service(actor=actor, title="X", category_codes=[TOPIC])
        with pytest.raises(NotAllowed):
            set_local_value(actor=actor, service_id=service_id, field="notes", language="de", value="X")
        with pytest.raises(NotAllowed):
            archive_local_service(actor=actor, service_id=service_id)
        with pytest.raises(NotAllowed):
            set_local_facts(actor=actor, service_id=service_id, facts=Facts((TOPIC,)))


def test_a_page_needs_title_teaser_and_text(in_gladbeck: TenantInfo, editor: Actor) -> None:
    service_id = create_local_service(actor=editor, title="Lastenrad leihen", category_codes=[TOPIC])
    with pytest.raises(InvalidInput) as refused:
        publish_local_service(actor=editor, service_id=service_id)
    assert refused.value.data["missing"] == ["Kurz gesagt", "Beschreibung"]


@pytest.mark.parametrize("codes", [[], ["gibt-es-nicht"]])
def test_a_topic_must_be_one_of_the_list(in_gladbeck: TenantInfo, editor: Actor, codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_local_service(actor=editor, title="X", category_codes=codes)
    assert "category_codes" in refused.value.fields


def test_validity_is_looked_at_when_someone_reads(in_gladbeck: TenantInfo, editor: Actor, make_local: Make) -> None:
    service_id, today = make_local(), timezone.localdate()
    day = dt.timedelta(days=1)
    for start, end, is_seen in (
        (today, today, True),
        (today + day, None, False),
        (None, today - day, False),
        (today - day, today + day, True),
    ):
        set_local_facts(actor=editor, service_id=service_id, facts=Facts((TOPIC,), valid_from=start, valid_to=end))
        assert (SLUG in slugs()) is is_seen


def test_every_change_is_kept_audited_and_carries_its_author(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make
) -> None:
    service_id = make_local()
    set_local_value(actor=editor, service_id=service_id, field="notes", language="de", value="Eins")
    set_local_value(actor=editor, service_id=service_id, field="notes", language="de", value=None)
    assert [(one.value, one.is_set) for one in list_history(service_id, "notes", "de")] == [
        (None, False),
        ("<p>Eins</p>", True),
    ]
    entry = list_entries(tenant_id=in_gladbeck.id)[0]
    assert (entry.action, entry.actor_name) == ("catalog.local.value", "Edda Redaktion")


def test_two_who_write_the_same_field_see_both_texts(in_gladbeck: TenantInfo, editor: Actor, make_local: Make) -> None:
    service_id = make_local()
    write = {"actor": editor, "service_id": service_id, "field": "notes", "language": "de", "expected_version": 0}
    set_local_value(**write, value="Eins")  # type: ignore[arg-type]
    with pytest.raises(Conflict) as refused:
        set_local_value(**write, value="Zwei")  # type: ignore[arg-type]
    assert (refused.value.data["theirs"], refused.value.data["yours"]) == ("<p>Eins</p>", "<p>Zwei</p>")
    seen = get_local_record(service_id).version
    set_local_facts(actor=editor, service_id=service_id, facts=Facts((TOPIC, "umwelt")), expected_version=seen)
    with pytest.raises(Conflict):
        set_local_facts(actor=editor, service_id=service_id, facts=Facts((TOPIC,)), expected_version=seen)


def test_names_in_addresses_are_nobody_elses(in_gladbeck: TenantInfo, editor: Actor, make_local: Make) -> None:
    make_local()
    again = create_local_service(actor=editor, title=TITLE, category_codes=[TOPIC])
    assert get_local_record(again).slug == f"{SLUG}-2"
    shared = create_local_service(actor=editor, title="Hund anmelden", category_codes=[TOPIC])
    assert get_local_record(shared).slug == "hund-anmelden-2"
    for slug in ("hund-anmelden", SLUG, "Mit Leerzeichen", "eigene"):
        with pytest.raises(InvalidInput) as refused:
            set_local_facts(actor=editor, service_id=again, facts=Facts((TOPIC,), slug=slug))
        assert "slug" in refused.value.fields


def test_an_address_stays_after_the_first_publication(in_gladbeck: TenantInfo, editor: Actor, make_local: Make) -> None:
    service_id = make_local()
    with pytest.raises(InvalidInput):
        set_local_facts(actor=editor, service_id=service_id, facts=Facts((TOPIC,), slug="anders"))
    set_local_facts(actor=editor, service_id=service_id, facts=Facts((TOPIC,), slug=SLUG))


def test_a_shared_service_of_the_same_name_gets_the_address_and_ours_moves_aside_and_back(
    in_gladbeck: TenantInfo, make_local: Make
) -> None:
    service_id = make_local()
    shared_id = take_slug(SLUG)
    assert get_town_service(SLUG).id == shared_id
    aside = f"{SLUG}-gladbeck"
    assert get_town_service(aside).id == service_id
    assert aside in slugs()
    with as_operator():
        Service.objects.filter(id=shared_id).update(state=State.ARCHIVED)
    assert get_town_service(SLUG).id == service_id
    # The other address still finds it; its page leads to the one that counts.
    assert get_town_service(aside).slug == SLUG


def test_a_draft_whose_name_was_taken_meanwhile_gets_another_at_publication(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make
) -> None:
    service_id = make_local(is_published=False)
    take_slug(SLUG)
    publish_local_service(actor=editor, service_id=service_id)
    assert get_town_service(f"{SLUG}-2").id == service_id


def test_only_drafts_are_deleted_and_only_what_was_seen_is_archived(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make
) -> None:
    draft, published = make_local("Entwurf", is_published=False), make_local()
    with pytest.raises(Conflict):
        archive_local_service(actor=editor, service_id=draft)
    with pytest.raises(Conflict):
        delete_local_draft(actor=editor, service_id=published)
    delete_local_draft(actor=editor, service_id=draft)
    with pytest.raises(NotFound):
        get_local_record(draft)
    assert [one.value for one in list_history(draft, "title", "de")] == ["Entwurf"]
    archive_local_service(actor=editor, service_id=published)
    assert SLUG not in slugs()
    publish_local_service(actor=editor, service_id=published)
    assert SLUG in slugs()


def test_copies_start_with_the_texts_of_a_shared_service(in_gladbeck: TenantInfo, editor: Actor) -> None:
    dog = get_town_service("hund-anmelden")
    values = {(key.field, key.language): one.value for key, one in dog.effective.values.items() if not one.is_empty}
    copy = create_local_service(
        actor=editor, title="Katze anmelden", category_codes=[TOPIC], values=values, copied_from=dog.id
    )
    record = get_local_record(copy)
    assert record.title == "Katze anmelden"
    assert len(record.values) == len(values)
    publish_local_service(actor=editor, service_id=copy)
    assert get_town_service("katze-anmelden").text("fee", "de") == dog.text("fee", "de")
