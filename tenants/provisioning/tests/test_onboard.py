"""Onboarding as a function: everything or nothing, again and again, two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client

from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed
from tenants.links import public_url
from tenants.names import schema_name, tenant_role
from tenants.provisioning import seeds
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.provisioning.seeds import SeedContext
from tenants.provisioning.services import Onboarded, onboard
from tenants.provisioning.tests.conftest import NOTTULN, SYSTEM, wish
from tenants.registry.models import Domain, Generation, Tenant, TenantCode
from tenants.registry.sites import directory


def test_the_town_answers_at_its_host_right_afterwards(fresh_database: str) -> None:
    directory.snapshot()
    done = onboard(actor=SYSTEM, request=wish(life="live", other_hosts=("www.ascheberg.localhost",)))
    assert done.created
    assert done.host == "ascheberg.localhost"
    assert done.told["invitation_path"].startswith("/verwaltung/einladung/")
    page = Client(headers={"host": done.host}).get("/")
    assert page.status_code == 200
    assert "Ascheberg" in page.content.decode()
    alias = Client(headers={"host": "www.ascheberg.localhost"}).get("/leistungen/")
    assert (alias.status_code, alias["Location"]) == (301, public_url(done.host, "/leistungen/"))
    invitation = Client(headers={"host": done.host}).get(done.told["invitation_path"])
    assert invitation.status_code == 200


def test_a_town_knows_its_district_and_its_codes(fresh_database: str) -> None:
    onboard(actor=SYSTEM, request=wish())
    town = directory.snapshot().tenants["ascheberg"]
    assert town.district_id == directory.snapshot().tenants["kreis-coesfeld"].id
    assert (town.ags, town.ars, town.kind, town.life) == ("05558004", "055580004004", "town", "setup")


def test_run_again_it_changes_nothing(fresh_database: str) -> None:
    first = onboard(actor=SYSTEM, request=wish())
    again = onboard(actor=SYSTEM, request=wish())
    assert (again.created, again.completed, again.tenant_id) == (False, (), first.tenant_id)
    assert "invitation_path" not in again.told


@pytest.mark.parametrize("missing", ["domain", "schema", "codes", "generation", "legal pages"])
def test_run_again_it_completes_what_is_missing(fresh_database: str, missing: str) -> None:
    tenant = directory.snapshot().tenants["gladbeck"]
    with as_migration(), connection.cursor() as cursor:
        if missing == "domain":
            Domain.objects.filter(domain="gladbeck.localhost").delete()
        elif missing == "schema":
            cursor.execute("DROP SCHEMA t_gladbeck CASCADE")
        elif missing == "codes":
            TenantCode.objects.filter(tenant_id=tenant.id).delete()
        elif missing == "generation":
            Generation.objects.filter(scope=tenant.ref.role).delete()
        else:
            cursor.execute("DELETE FROM t_gladbeck.portal_legalpage")
    directory.forget()
    done = onboard(actor=SYSTEM, request=wish("gladbeck", "05562014"))
    assert not done.created
    page = Client(headers={"host": "gladbeck.localhost"}).get("/impressum/")
    assert page.status_code == 200
    with in_tenant(tenant.ref), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_legalpage")
        assert cursor.fetchone()[0] > 0
    with as_operator():
        assert Domain.objects.filter(tenant_id=tenant.id, is_primary=True).count() == 1
        assert TenantCode.objects.filter(tenant_id=tenant.id).count() == 1


def test_a_failing_seed_leaves_nothing_behind(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = "nottuln-geht-schief"

    def fail(context: SeedContext) -> None:
        assert schema_exists(context.tenant.schema)
        raise RuntimeError("as if a seed were broken")

    monkeypatch.setitem(seeds._seeds, "tests.broken", fail)
    with pytest.raises(RuntimeError, match="broken"):
        onboard(actor=SYSTEM, request=wish(slug, NOTTULN))
    schema = schema_name(slug)
    with as_migration():
        assert not schema_exists(schema)
        assert not role_exists(tenant_role(schema))
        assert not Tenant.objects.filter(slug=slug).exists()
        assert not TenantCode.objects.filter(ags=NOTTULN).exists()
        assert not Domain.objects.filter(domain__startswith="nottuln").exists()
        assert not Generation.objects.filter(scope=tenant_role(schema)).exists()
        assert not AuditEntry.objects.filter(data__slug=slug).exists()
    assert slug not in directory.reload().tenants


def test_a_refused_wish_leaves_nothing_behind(fresh_database: str) -> None:
    with pytest.raises(InvalidInput):
        onboard(actor=SYSTEM, request=wish("nottuln-falsche-post", NOTTULN, admin_email="keine Adresse"))
    with as_migration():
        assert not schema_exists("t_nottuln_falsche_post")
        assert not role_exists(tenant_role("t_nottuln_falsche_post"))


def _both_at_once(first: Callable[[], Onboarded], second: Callable[[], Onboarded]) -> list[Onboarded | Exception]:
    results: list[Onboarded | Exception] = []
    start = threading.Barrier(2)

    def run(job: Callable[[], Onboarded]) -> None:
        start.wait()
        try:
            results.append(job())
        except Conflict as refused:
            results.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_two_at_once_for_one_town_one_makes_it(fresh_database: str) -> None:
    def job() -> Onboarded:
        return onboard(actor=SYSTEM, request=wish())

    results = _both_at_once(job, job)
    made = [one for one in results if isinstance(one, Onboarded)]
    assert sorted(one.created for one in made) == [False, True]
    assert sum("invitation_path" in one.told for one in made) == 1


def test_two_at_once_for_one_host_one_gets_it(fresh_database: str) -> None:
    results = _both_at_once(
        lambda: onboard(actor=SYSTEM, request=wish(host="portal.localhost")),
        lambda: onboard(actor=SYSTEM, request=wish("nottuln", NOTTULN, host="portal.localhost")),
    )
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Onboarded"]


@pytest.mark.django_db
def test_an_operator_brings_in_towns_of_its_own_regions_only(operator_of: Callable[[str], Actor]) -> None:
    with pytest.raises(NotAllowed):
        onboard(actor=operator_of("emscher-lippe"), request=wish(region_slug="muensterland"))
    with pytest.raises(NotAllowed):
        onboard(actor=Actor(kind="anonymous"), request=wish())
    with pytest.raises(InvalidInput) as refused:
        onboard(actor=operator_of("emscher-lippe"), request=wish(region_slug="emscher-lippe"))
    assert list(refused.value.fields) == ["ags"]
    assert onboard(actor=operator_of("muensterland"), request=wish()).created


@pytest.mark.django_db
def test_an_operator_cannot_reach_a_tenant_of_another_by_onboarding_it_again(
    operator_of: Callable[[str], Actor],
) -> None:
    actor = operator_of("muensterland")
    for region in ("", "emscher-lippe"):
        with pytest.raises(NotAllowed):
            onboard(
                actor=actor, request=wish("gladbeck", "05562014", region_slug=region, other_hosts=("x.example.de",))
            )
    with pytest.raises(Conflict):
        onboard(actor=actor, request=wish("gladbeck", "05562014", region_slug="muensterland"))


@pytest.mark.django_db
def test_the_town_reads_in_its_own_trail_who_set_it_up(operator_of: Callable[[str], Actor]) -> None:
    done = onboard(actor=operator_of("muensterland"), request=wish())
    with as_operator():
        ref = Tenant.objects.get(id=done.tenant_id).ref
    with in_tenant(ref):
        entry = AuditEntry.objects.get(action="support.acted")
    assert (entry.actor_kind, entry.actor_name) == ("operator", "Olga Betrieb")
    assert entry.data["action"] == "tenant.onboarded"
