"""What is left of a town that has gone: nothing but the IT provider's own records, and the proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from shared_services.identity.keycloak.models import PortalClient
from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict
from tenants.lifecycle import filestore, valkey
from tenants.lifecycle.proof import as_text
from tenants.lifecycle.services import (
    Wish,
    cancel_offboarding,
    finish_due,
    import_tenant,
    offboard,
)
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin, names_in, rows_of
from tenants.provisioning import services as provisioning
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.provisioning.requests import OnboardingRequest
from tenants.registry.sites import directory
from tenants.rollout.models import Rollout

# Where the IT provider's records go on naming a town that has gone; the proof says so.
NAMED_STILL = {
    "audit_auditentry": "what the IT provider did: `slug` and `host` are facts of the work",
    "lifecycle_offboarding": "the departure and its proof",
    "rollout_rollout": "which towns were to come first, and why it stopped",
}


def make_rollout_that_names(slug: str) -> None:
    """Keep a finished rollout in which a town was a pilot and failed."""
    Rollout.objects.create(
        target_version="0" * 64,
        state="done",
        reason={"code": "failed", "slugs": [slug]},
        plan={"pilots": [slug]},
        waves=1,
        started_by="tests",
    )


def public_rows_with(text: str) -> dict[str, int]:
    """Search every public table for a text and return how many rows of which hold it."""
    found = {}
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            query = f'SELECT count(*) FROM public."{table}" t WHERE position(%s IN t::text) > 0'  # noqa: S608
            cursor.execute(query, [text])
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_nothing_of_it_is_left(town: Town, folder: Path) -> None:
    with in_tenant(town.ref):
        for name in ("default", "sessions", "limits"):
            caches[name].set("key", "value", 600)
    with as_migration():
        caches["default"].set("other", "value", 600)
    assert valkey.count_keys(town.ref.role) == 3
    assert {"registry_tenant", "registry_domain"} <= public_rows_with(str(town.ref.id)).keys()
    with as_migration():
        make_rollout_that_names(town.slug)
    assert set(public_rows_with(town.slug)) > set(NAMED_STILL) - {"lifecycle_offboarding"}
    begin(town, folder, wait_days=0)
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert done.state == "done"
    with as_migration():
        assert not schema_exists(town.ref.schema)
        assert not role_exists(town.ref.role)
        assert caches["default"].get("other") == "value"
    assert valkey.count_keys(town.ref.role) == 0
    assert [name for name in names_in(filestore.media_root()) if town.ref.schema in name or "leaving" in name] == []
    kept = {"audit_auditentry", "audit_auditchain", "lifecycle_offboarding"}
    assert public_rows_with(str(town.ref.id)).keys() == kept
    assert public_rows_with(town.ref.role).keys() <= {"lifecycle_offboarding"}
    assert set(public_rows_with(town.slug)) == set(NAMED_STILL)
    assert set(public_rows_with(town.host)) <= {"audit_auditentry"}
    assert town.slug not in directory.reload().tenants
    assert Client(headers={"host": "gladbeck.localhost"}).get("/").status_code == 200


def test_the_providers_own_trail_stays_without_persons(
    town: Town, folder: Path, operator_of: Callable[[str], Actor]
) -> None:
    olga = operator_of("muensterland")
    provisioning.suspend(actor=olga, slug=town.slug, reason="Frau Muster zahlt nicht")
    begin(town, folder, wait_days=0)
    offboard(actor=olga, slug=town.slug)
    with as_operator():
        entries = list(AuditEntry.objects.filter(tenant_id=town.ref.id))
    actions = {entry.action for entry in entries}
    assert {"tenant.onboarded", "tenant.life_changed", "tenant.offboarding_begun", "tenant.removed"} <= actions
    assert {entry.owner_role for entry in entries}.isdisjoint({town.ref.role})
    assert not any("Muster" in json.dumps(entry.data) for entry in entries)
    assert {entry.actor_name for entry in entries if entry.action != "tenant.removed"} == {""}
    assert olga.id in {entry.actor_id for entry in entries}


def test_the_proof_names_what_was_removed_and_what_was_looked_for(town: Town, folder: Path) -> None:
    rows = rows_of(town.ref.schema)
    begun = begin(town, folder, wait_days=0)
    done = offboard(actor=SYSTEM, slug=town.slug)
    base = Path(begun.archive_path).name.removesuffix(".tar.gz")
    text = (folder / f"{base}-loeschnachweis.txt").read_text(encoding="utf-8")
    proof = json.loads((folder / f"{base}-loeschnachweis.json").read_text(encoding="utf-8"))
    assert proof == done.proof
    removed = proof["removed"]["counts"]
    for table, found in rows.items():
        assert removed[f"{town.ref.schema}.{table}"] == len(found)
    assert (removed["schema"], removed["role"], removed["files"]) == (1, 1, 2)
    left = proof["verified"]["left"]
    assert {"schema", "role", "files", "valkey_keys", "public.search_decisionprojection"} <= left.keys()
    assert set(left.values()) == {0}
    assert proof["archive"]["sha256"] == done.archive_sha256
    for word in ("Nachweis der Löschung", town.ref.schema, done.archive_sha256, "tests", "Sicherungskopien"):
        assert word in text
    again = offboard(actor=SYSTEM, slug=town.slug)
    assert (again.id, again.proof) == (done.id, done.proof)


def test_the_proof_names_what_is_still_at_keycloak(town: Town, folder: Path) -> None:
    with as_operator():
        row = PortalClient.objects.create(
            site=f"tenant:{town.ref.id}", client_id=f"portal-{town.slug}", organisation_id="org-7", state="done"
        )
    begin(town, folder, wait_days=0)
    done = offboard(actor=SYSTEM, slug=town.slug)
    with as_operator():
        assert PortalClient.objects.filter(id=row.id).exists()
    (said,) = done.proof["remains"]
    assert "Keycloak" in said
    assert f"portal-{town.slug}" in said
    assert "org-7" in said
    assert f"- {said}\n" in as_text(done.proof)


def test_the_proof_says_that_a_successor_has_the_name(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(town, folder, wait_days=0)
    with monkeypatch.context() as broken:
        broken.setattr(valkey, "remove_keys", lambda _role: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            offboard(actor=SYSTEM, slug=town.slug)
    provisioning.onboard(actor=SYSTEM, request=OnboardingRequest(slug=town.slug, ags="05558004", life="live"))
    (said,) = offboard(actor=SYSTEM, slug=town.slug).proof["remains"]
    assert "Sitzungen" in said


def test_what_is_not_quite_gone_lets_no_successor_in(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = begin(town, folder, wait_days=0)
    with monkeypatch.context() as broken:
        broken.setattr(valkey, "remove_keys", lambda _role: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            offboard(actor=SYSTEM, slug=town.slug)
    with pytest.raises(Conflict) as refused:
        import_tenant(actor=SYSTEM, archive=Path(begun.archive_path), wish=Wish())
    assert refused.value.code == "still_removing"
    with pytest.raises(Conflict) as too_late:
        cancel_offboarding(actor=SYSTEM, slug=town.slug)
    assert too_late.value.code == "removed_already"
    # Somebody new of that name may come meanwhile: what is theirs stays.
    provisioning.onboard(actor=SYSTEM, request=OnboardingRequest(slug=town.slug, ags="05558004", life="live"))
    finished, refusals = finish_due(actor=SYSTEM)
    assert ([row.state for row in finished], refusals) == (["done"], {})
    assert Client(headers={"host": town.host}).get("/").status_code == 200
