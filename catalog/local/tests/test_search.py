"""Own services in search: found in the town and in its region, and gone when they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from catalog.local.facts import Facts
from catalog.local.services import archive_local_service, retell_local_services, set_local_facts
from catalog.local.tests.conftest import SLUG, TITLE, Make
from catalog.search.models import LocalDocument
from catalog.search.selectors import Hit, search
from catalog.services.models import Service, State
from tenants.actors import Actor
from tenants.context import as_operator, as_projector, as_umbrella, in_tenant
from tenants.outbox.models import OutboxEvent
from tenants.provisioning.life import resume, suspend
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
Project = Callable[[], None]


def in_region(town: TenantInfo, query: str) -> list[Hit]:
    """Search at the umbrella."""
    with as_umbrella():
        return search(query, language="de", region=town.region_slug)


def in_town(town: TenantInfo, query: str) -> list[Hit]:
    """Search in a town."""
    with in_tenant(town.ref):
        return search(query, language="de", tenant=town)


def test_found_in_its_town_and_in_the_region_and_nowhere_else(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, make_local: Make, project: Project
) -> None:
    make_local()
    assert in_town(in_gladbeck, "Appeltatenfest") == []
    project()
    hit = in_town(in_gladbeck, "Appeltatenfest")[0]
    assert (hit.title, hit.slug, hit.is_local) == (TITLE, SLUG, True)
    hit = in_region(in_gladbeck, "Appeltatenfest")[0]
    assert [one.slug for one in hit.tenants] == ["gladbeck"]
    assert [one for one in in_town(dorsten, "Appeltatenfest") if one.is_local] == []
    with as_umbrella():
        assert [one for one in search("Appeltatenfest", language="de", region="muensterland") if one.is_local] == []


def test_typing_errors_and_english_pages_find_it_too(
    in_gladbeck: TenantInfo, make_local: Make, project: Project
) -> None:
    make_local()
    project()
    assert in_town(in_gladbeck, "Apeltatenfest")[0].slug == SLUG
    with in_tenant(in_gladbeck.ref):
        assert search("Appeltatenfest", language="en", tenant=in_gladbeck)[0].title == TITLE


def test_drafts_are_not_told_at_all(in_gladbeck: TenantInfo, make_local: Make) -> None:
    make_local(is_published=False)
    with as_projector():
        assert not OutboxEvent.objects.filter(kind="catalog.local_service", done_at__isnull=True).exists()


def test_gone_with_archive_validity_and_suspension(
    in_gladbeck: TenantInfo, editor: Actor, system: Actor, make_local: Make, project: Project
) -> None:
    service_id = make_local()
    project()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    set_local_facts(actor=editor, service_id=service_id, facts=Facts(("engagement_hobby",), valid_to=yesterday))
    project()
    assert in_region(in_gladbeck, "Appeltatenfest") == []
    set_local_facts(actor=editor, service_id=service_id, facts=Facts(("engagement_hobby",)))
    project()
    assert in_region(in_gladbeck, "Appeltatenfest")
    suspend(actor=system, slug="gladbeck", reason="Test")
    directory.reload()
    assert in_region(in_gladbeck, "Appeltatenfest") == []
    resume(actor=system, slug="gladbeck")
    directory.reload()
    assert in_region(in_gladbeck, "Appeltatenfest")
    with in_tenant(in_gladbeck.ref):
        archive_local_service(actor=editor, service_id=service_id)
    project()
    assert in_town(in_gladbeck, "Appeltatenfest") == []


def test_a_late_older_event_changes_nothing_and_telling_again_is_safe(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make, project: Project
) -> None:
    service_id = make_local()
    archive_local_service(actor=editor, service_id=service_id)
    with as_projector():
        first = OutboxEvent.objects.filter(kind="catalog.local_service", done_at__isnull=True).earliest("id")
    project()
    with as_projector():
        OutboxEvent.objects.filter(id=first.id).update(done_at=None)
    project()
    assert in_town(in_gladbeck, "Appeltatenfest") == []
    with in_tenant(in_gladbeck.ref):
        assert retell_local_services(actor=editor) == 2  # the demo's own one and this
    project()
    with as_projector():
        assert LocalDocument.objects.filter(service_id=service_id, state="archived").count() == 2


def test_a_towns_role_reads_its_own_documents_only(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, make_local: Make, project: Project
) -> None:
    service_id = make_local()
    project()
    assert LocalDocument.objects.filter(service_id=service_id).count() == 2
    with in_tenant(dorsten.ref):
        assert LocalDocument.objects.filter(tenant_id=in_gladbeck.id).count() == 0


def test_hits_lead_to_the_address_that_counts(in_gladbeck: TenantInfo, make_local: Make, project: Project) -> None:
    make_local()
    project()
    with as_operator():
        now = timezone.now()
        Service.objects.create(slug=SLUG, layer="municipality", state=State.PUBLISHED, published_at=now)
    assert [one.slug for one in in_region(in_gladbeck, "Appeltatenfest") if one.is_local] == [f"{SLUG}-gladbeck"]
