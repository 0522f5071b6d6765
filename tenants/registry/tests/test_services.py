"""The hosts of a tenant."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tenants.actors import Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.links import public_url
from tenants.registry.models import Domain
from tenants.registry.services import add_domain, make_domain_primary, remove_domain
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
NEW = "service.gladbeck.example"


def hosts_of(tenant: TenantInfo) -> dict[str, bool]:
    with as_operator():
        return dict(Domain.objects.filter(tenant_id=tenant.id).values_list("domain", "is_primary"))


def test_an_alias_redirects_becomes_primary_and_goes(fresh_database: str) -> None:
    assert add_domain(actor=SYSTEM, slug="gladbeck", host=f" {NEW.upper()}. ") == NEW
    alias = Client(headers={"host": NEW})
    answer = alias.get("/kontakt/?a=1")
    assert (answer.status_code, answer["Location"]) == (301, public_url("gladbeck.localhost", "/kontakt/?a=1"))
    make_domain_primary(actor=SYSTEM, slug="gladbeck", host=NEW)
    assert alias.get("/").status_code == 200
    assert Client(headers={"host": "gladbeck.localhost"}).get("/")["Location"] == public_url(NEW)
    remove_domain(actor=SYSTEM, slug="gladbeck", host="gladbeck.localhost")
    assert Client(headers={"host": "gladbeck.localhost"}).get("/").status_code == 404
    assert directory.snapshot().tenants["gladbeck"].host == NEW


@pytest.mark.django_db
def test_the_primary_host_stays(gladbeck: TenantInfo) -> None:
    with pytest.raises(Conflict):
        remove_domain(actor=SYSTEM, slug="gladbeck", host=gladbeck.host)
    make_domain_primary(actor=SYSTEM, slug="gladbeck", host=gladbeck.host)
    assert hosts_of(gladbeck)[gladbeck.host]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["gladbeck.localhost", "dorsten.localhost", "konsole.localhost", "emscher-lippe.localhost"]
)
def test_a_taken_host_is_refused(gladbeck: TenantInfo, host: str) -> None:
    with pytest.raises(Conflict) as refused:
        add_domain(actor=SYSTEM, slug="gladbeck", host=host)
    assert refused.value.data["fields"]


@pytest.mark.django_db
def test_what_is_no_host_is_refused(gladbeck: TenantInfo) -> None:
    with pytest.raises(InvalidInput):
        add_domain(actor=SYSTEM, slug="gladbeck", host="https://gladbeck.de/")


@pytest.mark.django_db
def test_a_host_of_another_tenant_can_neither_be_removed_nor_made_primary(gladbeck: TenantInfo) -> None:
    for call in (remove_domain, make_domain_primary):
        with pytest.raises(NotFound):
            call(actor=SYSTEM, slug="gladbeck", host="dorsten.localhost")


@pytest.mark.django_db
def test_a_tenant_of_another_operator_looks_like_none(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    stranger = Actor(kind="operator", name="Fremd", id=uuid4(), operator_id=uuid4())
    calls: list[Callable[..., object]] = [add_domain, make_domain_primary, remove_domain]
    for call in calls:
        with pytest.raises(NotFound):
            call(actor=stranger, slug="gladbeck", host=NEW)
    assert NEW not in hosts_of(gladbeck)


@pytest.mark.django_db
def test_the_database_holds_one_primary_host_per_tenant(gladbeck: TenantInfo) -> None:
    second = Domain(id=uuid4(), domain=NEW, is_primary=True, tenant_id=gladbeck.id)
    with as_operator(), pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.bulk_create([second])


@pytest.mark.django_db
def test_both_trails_have_the_new_host(gladbeck: TenantInfo) -> None:
    add_domain(actor=SYSTEM, slug="gladbeck", host=NEW)
    with as_operator():
        assert AuditEntry.objects.get(action="tenant.domain_added", tenant_id=gladbeck.id).data == {"host": NEW}
    with in_tenant(gladbeck.ref):
        own = AuditEntry.objects.get(action="support.acted", data__host=NEW)
    assert own.data["action"] == "tenant.domain_added"
