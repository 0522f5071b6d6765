"""A rollout that the deployment's own workers carry out."""

from __future__ import annotations

from django.test import override_settings

from federation import tasks
from tenants.provisioning.graph import tenant_graph
from tenants.rollout.options import Options
from tenants.rollout.selectors import get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import SYSTEM, Release, release, versions

__all__ = ["release"]

ADD_COLUMN = 'operations = [migrations.AddField("notice", "pinned", models.BooleanField(db_default=False))]'


def test_a_task_carries_it_out(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    rollout_id = start_rollout(
        actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=Options(in_background=True), pilots_first=False
    )
    assert tasks.work_rollout() is True
    status = get_status(rollout_id)
    assert status is not None
    assert (status.state, status.done) == ("finished", 20)
    assert set(versions().values()) == {tenant_graph().version}
    assert tasks.work_rollout() is False


def test_celery_does_not_end_a_step_that_takes_its_time() -> None:
    """The process would be killed while an index is built, again and again."""
    assert tasks.work_rollout.time_limit > Options().index_seconds + Options().data_seconds


def test_a_worker_of_the_release_before_leaves_it_to_others(release: Release) -> None:
    before = set(versions().values())
    release({"0100_pinned": ADD_COLUMN})
    start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=Options(in_background=True))
    with override_settings(MIGRATION_MODULES={}):
        assert tasks.work_rollout() is True
    assert set(versions().values()) == before


def test_one_that_a_person_carries_out_is_left_alone(release: Release) -> None:
    release({"0100_pinned": ADD_COLUMN})
    start_rollout(actor=SYSTEM, plan=plan_rollout(actor=SYSTEM), options=Options())
    assert tasks.work_rollout() is False
