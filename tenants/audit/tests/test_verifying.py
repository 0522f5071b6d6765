"""Whoever changes, deletes, moves or inserts an entry is found, and the first broken entry is named."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.utils import timezone

from federation.cli.tests.conftest import Run, run
from tenants.audit.hashing import content_digest, seal_hash
from tenants.audit.models import AuditChain, AuditEntry, AuditSeal
from tenants.audit.services import anchor_chains
from tenants.audit.tests.conftest import Forge, Trail
from tenants.audit.tests.test_sealing import add_entry, key_at
from tenants.context import as_migration, as_operator
from tenants.ids import uuid7

__all__ = ("run",)


def found(trail: Trail) -> tuple[str, int]:
    """Return kind and number of the fault that a walk finds."""
    fault = trail.verify().fault
    assert fault is not None
    return fault.kind, fault.number


def test_an_untouched_trail_is_whole(trail: Trail) -> None:
    verdict = trail.verify()
    assert (verdict.fault, verdict.number, verdict.waiting) == (None, len(trail.seals()), 0)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'test.forged'",
        "actor_name = 'Jemand anderes'",
        "actor_id = gen_random_uuid()",
        "subject = 'forged'",
        "data = data || '{\"fee\": 1}'",
        "at = at + interval '1 second'",
        "tenant_id = NULL",
        "owner_role = 'somebody'",
    ],
)
def test_a_changed_entry_is_named(trail: Trail, forge: Forge, change: str) -> None:
    place = len(trail.seals()) - 2
    forge(f"UPDATE audit_auditentry SET {change} WHERE id = %s", trail.entry_id(place))  # noqa: S608 -- from above
    fault = trail.verify().fault
    assert fault is not None
    assert (fault.kind, fault.number, fault.entry_id) == ("changed", place, trail.entry_id(place))


def test_a_deleted_entry_is_named(trail: Trail, forge: Forge) -> None:
    forge("DELETE FROM audit_auditentry WHERE id = %s", trail.entry_id(3))
    assert found(trail) == ("deleted", 3)


def test_a_deleted_entry_without_its_seal_is_named(trail: Trail, forge: Forge) -> None:
    key = trail.entry_id(3)
    forge("DELETE FROM audit_auditseal WHERE entry_id = %s", key)
    forge("DELETE FROM audit_auditentry WHERE id = %s", key)
    assert found(trail) == ("deleted", 3)


def test_closing_the_gap_shows_in_the_links(trail: Trail, forge: Forge) -> None:
    chain = trail.chain().id
    forge("DELETE FROM audit_auditseal WHERE chain_id = %s AND number = 3", chain)
    for number in range(4, len(trail.seals()) + 2):
        forge("UPDATE audit_auditseal SET number = number - 1 WHERE chain_id = %s AND number = %s", chain, number)
    assert found(trail) == ("reordered", 3)


def test_reordered_entries_are_named(trail: Trail, forge: Forge) -> None:
    chain = trail.chain().id
    for before, after in ((2, -1), (3, 2), (-1, 3)):
        forge(
            "UPDATE audit_auditseal SET number = %s WHERE chain_id = %s AND number = %s",
            after,
            chain,
            before,
        )
    assert found(trail) == ("reordered", 2)


def test_an_entry_inserted_behind_the_sealers_back_is_named(trail: Trail) -> None:
    add_entry(trail, key_at(timezone.now() - dt.timedelta(days=2)))
    fault = trail.verify().fault
    assert fault is not None
    assert (fault.kind, fault.entry_id) == ("inserted", key_at_of(trail))


def key_at_of(trail: Trail) -> object:
    with as_operator():
        return AuditEntry.objects.get(owner_role=trail.town.ref.role, action="test.late").id


def test_an_entry_inserted_and_sealed_afterwards_is_named(trail: Trail, forge: Forge) -> None:
    key = key_at(timezone.now() - dt.timedelta(days=2))
    add_entry(trail, key)
    forge("UPDATE audit_auditentry SET at = at - interval '2 days' WHERE id = %s", key)
    seal_again(trail)
    assert found(trail) == ("inserted", len(trail.seals()))


def seal_again(trail: Trail) -> None:
    from tenants.audit.services import seal_waiting  # noqa: PLC0415 -- only here

    assert seal_waiting(is_thorough=True) >= 1


def test_an_entry_with_a_new_key_and_an_old_time_is_named(trail: Trail, forge: Forge) -> None:
    key = uuid7()
    add_entry(trail, key)
    forge("UPDATE audit_auditentry SET at = at - interval '1 year' WHERE id = %s", key)
    trail.seal()
    assert found(trail) == ("inserted", len(trail.seals()))


def test_a_chain_cut_short_is_named(trail: Trail, forge: Forge) -> None:
    whole = len(trail.seals())
    for key in (trail.entry_id(whole), trail.entry_id(whole - 1)):
        forge("DELETE FROM audit_auditseal WHERE entry_id = %s", key)
        forge("DELETE FROM audit_auditentry WHERE id = %s", key)
    assert found(trail) == ("cut", whole - 1)


def rewrite(trail: Trail, place: int) -> None:
    """Change an entry and compute every seal behind it anew, as the owner of the database can."""
    chain = trail.chain()
    with as_migration():
        AuditEntry.objects.filter(id=trail.entry_id(place)).update(subject="forged")
        seals = list(AuditSeal.objects.filter(chain_id=chain.id).order_by("number"))
        previous = bytes(seals[place - 1].previous)
        for seal in seals[place - 1 :]:
            entry = AuditEntry.objects.get(id=seal.entry_id)
            seal.previous = previous
            content = content_digest(entry, bytes(seal.salt))
            seal.hash = previous = seal_hash(
                entry, chain_id=chain.id, number=seal.number, previous=previous, content=content
            )
            seal.save(update_fields=["previous", "hash"])


def test_a_chain_written_anew_contradicts_its_anchor(trail: Trail) -> None:
    trail.write("test.six")
    trail.seal()
    rewrite(trail, 3)
    fault = trail.verify().fault
    assert fault is not None
    assert (fault.kind, fault.number, fault.after) == ("rewritten", len(trail.seals()) - 1, 0)


def test_a_chain_written_anew_with_its_anchors_contradicts_those_kept_elsewhere(trail: Trail, forge: Forge) -> None:
    kept = trail.now()
    rewrite(trail, 3)
    last = bytes(trail.seals()[-1].hash)
    forge("UPDATE audit_auditanchor SET hash = %s WHERE chain_id = %s", last, trail.chain().id)
    assert trail.verify().fault is None
    fault = trail.verify(kept).fault
    assert fault is not None
    assert fault.kind == "rewritten"


def test_erasing_what_is_no_tenants_that_has_gone_is_a_change(trail: Trail, forge: Forge) -> None:
    key = trail.entry_id(2)
    content = content_digest(trail.entry(2), bytes(trail.seals()[1].salt))
    forge("UPDATE audit_auditseal SET salt = '', content = %s WHERE entry_id = %s", content, key)
    forge("UPDATE audit_auditentry SET actor_name = '', data = '{\"slug\": \"x\"}' WHERE id = %s", key)
    assert found(trail) == ("changed", 2)


def test_the_command_says_that_all_is_well(trail: Trail, run: Run) -> None:
    done = run("audit", "verify")
    assert done.exit_code == 0
    assert "gladbeck" in done.stdout
    assert "Alle Ketten sind unversehrt" in done.stdout
    one = run("audit", "verify", "--tenant", "gladbeck", "--json")
    [record] = json.loads(one.stdout)
    assert (record["name"], record["fault"], record["whole_up_to"]) == ("gladbeck", None, len(trail.seals()))


def test_the_command_names_the_first_broken_entry(trail: Trail, forge: Forge, run: Run) -> None:
    forge(
        "UPDATE audit_auditentry SET action = 'test.forged' WHERE id = ANY(%s)", [trail.entry_id(4), trail.entry_id(2)]
    )
    done = run("audit", "verify", "--tenant", "gladbeck")
    assert done.exit_code == 1
    assert f"gladbeck: Eintrag Nummer 2 ({trail.entry_id(2)}" in done.stdout
    assert "wurde geändert" in done.stdout
    assert run("audit", "verify", "--tenant", "dorsten").exit_code == 0


def test_anchors_kept_elsewhere_find_a_chain_that_is_gone(trail: Trail, forge: Forge, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "anchors.json"
    file.write_text(run("audit", "anchors", "--json").stdout, encoding="utf-8")
    assert run("audit", "verify", "--anchors", str(file)).exit_code == 0
    forge("DELETE FROM audit_auditseal WHERE chain_id = %s", trail.chain().id)
    forge("DELETE FROM audit_auditanchor WHERE chain_id = %s", trail.chain().id)
    forge("DELETE FROM audit_auditchain WHERE id = %s", trail.chain().id)
    done = run("audit", "verify", "--anchors", str(file))
    assert done.exit_code == 1
    assert "fehlt mit der ganzen Kette" in done.stdout
    file.write_text("[{}]", encoding="utf-8")
    assert "keine Datei mit Ankern" in run("audit", "verify", "--anchors", str(file)).stderr


def test_since_believes_the_anchor_before(trail: Trail, forge: Forge, run: Run) -> None:
    forge("UPDATE audit_auditanchor SET day = day - 10 WHERE chain_id = %s", trail.chain().id)
    trail.write("test.six")
    trail.seal()
    anchor_chains()
    forge("UPDATE audit_auditentry SET action = 'test.forged' WHERE id = %s", trail.entry_id(2))
    today = timezone.localdate().isoformat()
    assert run("audit", "verify", "--tenant", "gladbeck", "--since", today).exit_code == 0
    assert run("audit", "verify", "--tenant", "gladbeck").exit_code == 1


def test_the_state_of_the_chains_is_listed(trail: Trail, run: Run) -> None:
    trail.write("test.six")
    rows = {row["chain"]: row for row in json.loads(run("audit", "status", "--json").stdout)}
    assert (rows["gladbeck"]["sealed"], rows["gladbeck"]["waiting"]) == (len(trail.seals()), 1)
    assert rows["gladbeck"]["waiting_since"]
    assert rows["migration"]["fault"] is None
    assert "Versiegelt: 1 Einträge" in run("audit", "seal").stdout


def test_a_chain_knows_its_town(trail: Trail) -> None:
    assert trail.chain().tenant_id == trail.town.id
    with as_operator():
        assert AuditChain.objects.filter(tenant_id__isnull=True).exists()
