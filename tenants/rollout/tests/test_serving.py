"""Old and new code side by side: which tenants a release serves while they are on their way to it."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.context import as_migration, in_tenant
from tenants.errors import InvalidInput
from tenants.ids import uuid7
from tenants.provisioning.graph import tenant_graph, version_of
from tenants.registry.sites import directory
from tenants.rollout.options import Options
from tenants.rollout.running import report
from tenants.rollout.services import abort_rollout, plan_rollout, start_rollout
from tenants.rollout.serving import can_serve, required_nodes
from tenants.rollout.tests.conftest import SYSTEM, Release, query, roll_out, versions, work

NEEDED = 'operations = [migrations.AddField("notice", "pinned", models.BooleanField(db_default=False))]'
INDEX = """
atomic = False
operations = [AddIndexConcurrently("notice", models.Index(fields=["level"], name="notice_level"))]
"""
CONTRACT = """
contract = True
operations = [migrations.RemoveField("notice", "updated_by")]
"""


def open_page(host: str, path: str = "/", **headers: str) -> tuple[int, str]:
    answer = Client(headers={"host": host, **headers}).get(path)
    return answer.status_code, answer.content.decode()


def test_a_town_behind_is_refused_and_the_others_are_served(release: Release) -> None:
    release({"0100_pinned": NEEDED})
    roll_out(options=Options(pause_after_wave=True), first=("gladbeck",))
    abort_rollout(actor=SYSTEM)
    assert open_page("gladbeck.localhost")[0] == 200
    status, page = open_page("dorsten.localhost")
    assert status == 503
    assert "Das Portal von Dorsten wird gerade aktualisiert" in page
    assert "Datenbank ist noch nicht auf dem Stand des Programms" in page
    assert open_page("dorsten.localhost", "/en/")[1].count("is being updated") >= 1
    assert open_page("dorsten.localhost", "/verwaltung/anmelden/")[0] == 503
    assert open_page("emscher-lippe.localhost")[0] == 200


def test_scripts_read_the_reason_and_when_to_try_again(release: Release) -> None:
    release({"0100_pinned": NEEDED})
    answer = Client(headers={"host": "marl.localhost", "accept": "application/json"}).get("/")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "portal_updating", "120")


def test_the_town_answers_as_soon_as_it_has_moved(release: Release) -> None:
    release({"0100_pinned": NEEDED})
    assert open_page("marl.localhost")[0] == 503
    roll_out()
    directory.reload()
    assert open_page("marl.localhost")[0] == 200


def test_what_only_takes_away_or_speeds_up_is_not_waited_for(release: Release) -> None:
    before = versions()["marl"]
    release({"0100_index": INDEX, "0101_contract": CONTRACT})
    assert tenant_graph().version != before
    assert can_serve(before)
    assert open_page("marl.localhost")[0] == 200


def test_a_schema_ahead_of_the_code_is_served(release: Release, fresh_database: str) -> None:
    """The release before goes on serving towns that have moved already."""
    release({"0100_pinned": NEEDED})
    ahead = tenant_graph().version
    roll_out()
    older = [node for node in tenant_graph().nodes if node[1] != "0100_pinned"]
    assert required_nodes() - set(older) == {("portal", "0100_pinned")}
    assert ahead != version_of(older)
    assert can_serve(ahead)


def test_the_newest_version_costs_no_query(release: Release) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert can_serve(tenant_graph().version)
    assert len(queries) == 0


def test_another_version_costs_one_query_per_process(release: Release) -> None:
    before = versions()["marl"]
    release({"0100_a_name_of_its_own": NEEDED})
    with CaptureQueriesContext(connection) as queries:
        assert not can_serve(before)
        assert not can_serve(before)
    assert len([one for one in queries if "provisioning_schemasnapshot" in one["sql"]]) == 1


def test_a_version_nobody_knows_is_refused(release: Release) -> None:
    assert not can_serve("unheard-of")


def test_djangos_migrate_is_refused_for_tenants(fresh_database: str) -> None:
    town = directory.snapshot().tenants["marl"].ref
    with pytest.raises(CommandError, match="verbund rollout"):
        call_command("migrate")
    with in_tenant(town), pytest.raises(CommandError, match="verbund rollout"):
        call_command("migrate")
    with as_migration(town.schema, migrates="tenant"), pytest.raises(CommandError, match="verbund rollout"):
        call_command("migrate")


CONTRACT_TABLE = """
contract = True
operations = [migrations.DeleteModel("feedback")]
"""


def test_a_contract_step_waits_for_those_who_still_read_it(release: Release) -> None:
    report(uuid7(), "web")
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT, "0102_contract": CONTRACT_TABLE})
    plan = plan_rollout(actor=SYSTEM)
    assert [(one.migration, one.code, one.data["name"]) for one in plan.refusals] == [
        ("portal.0101_contract", "still_running", "portal_notice.updated_by"),
        ("portal.0102_contract", "still_running", "portal_feedback"),
    ]
    assert "web" in plan.refusals[0].data["processes"]
    assert plan_rollout(actor=SYSTEM, ignore_running=True).refusals == []


def test_a_process_that_has_ended_holds_nothing_up(release: Release) -> None:
    report(uuid7(), "worker")
    query("UPDATE rollout_runningprocess SET seen_at = now() - interval '2 minutes'")
    release({"0101_contract": CONTRACT})
    assert plan_rollout(actor=SYSTEM).refusals == []
    query("UPDATE rollout_runningprocess SET seen_at = now() - interval '2 hours'")
    report(uuid7(), "web")
    assert query("SELECT kind FROM rollout_runningprocess") == [("web",)]


def test_the_rest_may_go_before_the_contract_step(release: Release) -> None:
    report(uuid7(), "web")
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    plan = plan_rollout(actor=SYSTEM, expand_only=True)
    assert plan.refusals == []
    assert [step.nodes for group in plan.groups for step in group.steps] == [[("portal", "0100_pinned")]]
    work(start_rollout(actor=SYSTEM, plan=plan, options=Options()))
    assert set(versions().values()) == {plan.target}
    assert can_serve(plan.target)
    assert plan.target != tenant_graph().version


def test_expand_only_never_takes_back_what_was_contracted_before(release: Release) -> None:
    later = {"0103_more": 'operations = [migrations.AddField("notice", "more", models.IntegerField(null=True))]'}
    first = {"0100_pinned": NEEDED, "0101_contract": CONTRACT}
    release(first)
    roll_out()
    assert plan_rollout(actor=SYSTEM, expand_only=True).is_empty
    release({**first, **later, "0104_contract": CONTRACT_TABLE})
    plan = plan_rollout(actor=SYSTEM, expand_only=True)
    assert [(group.direction, [step.nodes for step in group.steps]) for group in plan.groups] == [
        ("forwards", [[("portal", "0103_more")]])
    ]


def test_expand_only_leaves_a_town_that_is_ahead_alone(release: Release) -> None:
    release({"0100_pinned": NEEDED, "0101_contract": CONTRACT})
    roll_out(options=Options(pause_after_wave=True), first=("marl",))
    abort_rollout(actor=SYSTEM)
    plan = plan_rollout(actor=SYSTEM, expand_only=True)
    assert [(group.direction, len(group.tenants)) for group in plan.groups] == [("forwards", 19)]
    work(start_rollout(actor=SYSTEM, plan=plan, options=Options()))
    assert len(set(versions().values())) == 2


def test_a_target_and_expand_only_exclude_each_other(release: Release) -> None:
    with pytest.raises(InvalidInput, match="schließen sich aus"):
        plan_rollout(actor=SYSTEM, to="abcdef", expand_only=True)


def test_a_town_at_an_unknown_version_is_left_out_and_named(release: Release) -> None:
    release({"0100_pinned": NEEDED})
    query("UPDATE registry_tenant SET schema_version = 'nowhere' WHERE slug = 'marl'")
    plan = plan_rollout(actor=SYSTEM)
    assert plan.left_out == ["marl"]
    assert plan.tenants == 19
    assert plan.refusals == []


def test_a_default_that_running_code_relies_on_is_not_taken_away(release: Release) -> None:
    release({"0100_pinned": NEEDED})
    roll_out()
    release(
        {
            "0100_pinned": NEEDED,
            "0101_strict": 'operations = [migrations.AlterField("notice", "pinned", models.BooleanField())]',
        }
    )
    assert [one.code for one in plan_rollout(actor=SYSTEM).refusals] == ["column_not_null"]


def test_a_comment_at_the_end_swallows_nothing(release: Release) -> None:
    commented = 'operations = [migrations.RunSQL("CREATE INDEX mine ON portal_notice (level); -- why not")]'
    release({"0100_commented": commented, "0101_pinned": NEEDED})
    roll_out()
    records = query("SELECT name FROM t_marl.django_migrations ORDER BY id DESC LIMIT 2")
    assert records == [("0101_pinned",), ("0100_commented",)]
    assert query("SELECT DISTINCT pinned FROM t_marl.portal_notice") in ([], [(False,)])


def test_a_series_that_was_squashed_counts_as_its_squash(release: Release) -> None:
    release(
        {
            "0100_pinned": NEEDED,
            "0101_index": INDEX.replace("atomic = False\n", "").replace(
                "AddIndexConcurrently(", "migrations.AddIndex("
            ),
        }
    )
    roll_out()
    squash = """
    replaces = [("portal", "0100_pinned"), ("portal", "0101_index")]
    operations = [
        migrations.AddField("notice", "pinned", models.BooleanField(db_default=False)),
        migrations.AddIndex("notice", models.Index(fields=["level"], name="notice_level")),
    ]
    """
    more = 'operations = [migrations.AddField("notice", "more", models.IntegerField(null=True))]'
    release({"0100_squashed": squash, "0102_more": more})
    roll_out()
    assert set(versions().values()) == {tenant_graph().version}
    assert can_serve(versions()["marl"])
