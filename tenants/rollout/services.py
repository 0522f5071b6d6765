"""Plan, start and steer rollouts. The work itself is done by `worker`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot, find_snapshot
from tenants.registry.models import Tenant
from tenants.rollout import claims
from tenants.rollout.models import ACTIVE_STATES, Rollout, RolloutState, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.plan import Plan, plan_from_json
from tenants.rollout.planning import make_plan
from tenants.rollout.policies import require_roll_out
from tenants.rollout.running import list_readers
from tenants.rollout.settling import find_unfinished_abort, settle_indexes
from tenants.rollout.texts import reason_text
from tenants.rollout.waves import Candidate, deal_waves


def plan_rollout(
    *,
    actor: Actor,
    to: str = "",
    only: Collection[str] = (),
    expand_only: bool = False,
    ignore_running: bool = False,
) -> Plan:
    """Rehearse what is pending, once for each version that tenants are at; change nothing in any tenant.

    `to`: a version or its beginning (at least six digits); default: that of the installed release. `only`: slugs.
    `expand_only` leaves contract steps that tenants don't have yet, and what builds on them, for later.
    `ignore_running` takes contract steps even from processes that were heard of a moment ago.
    Raises: NotFound, Conflict while the template is behind, NotAllowed.
    """
    require_roll_out(actor)
    if to and expand_only:
        raise InvalidInput(_("Ein Zielstand und „nur erweitern“ schließen sich aus. Geben Sie nur eines an."))
    target = find_snapshot(to) if to else ensure_snapshot()
    by_version = _by_version(target, only)
    return make_plan(by_version, target=target, expand_only=expand_only, ignore_running=ignore_running)


def _by_version(target: Snapshot, only: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    with as_migration():
        behind = Tenant.objects.exclude(schema_version=target.version)
        rows = list(
            (behind.filter(slug__in=only) if only else behind).values_list("schema_version", "slug", "schema_name")
        )
        known = set(Tenant.objects.filter(slug__in=only).values_list("slug", flat=True)) if only else set()
    missing = sorted(set(only) - known)
    if missing:
        raise NotFound(_("Diese Kommunen gibt es nicht: {slugs}.").format(slugs=", ".join(missing)))
    found: dict[str, dict[str, str]] = {}
    for version, slug, schema in rows:
        found.setdefault(version, {})[slug] = schema
    return found


def start_rollout(
    *,
    actor: Actor,
    plan: Plan,
    options: Options,
    first: Collection[str] = (),
    pilots_first: bool = True,
    shares: Sequence[int] = (100,),
) -> UUID:
    """Store a plan as the running rollout and return its id; workers take it from there.

    Raises: InvalidInput for a plan with refusals, Conflict while another one is active, NotAllowed.
    """
    require_roll_out(actor)
    if plan.refusals:
        raise InvalidInput(_("Dieser Plan ist so nicht durchführbar; „verbund rollout plan“ sagt, warum."))
    if plan.is_empty:
        raise InvalidInput(_("Alle Kommunen sind schon auf diesem Stand."), code="nothing_to_do")
    versions = {slug: group.from_version for group in plan.groups for slug in group.tenants}
    with as_migration(), transaction.atomic():
        tenants = {one.slug: one for one in Tenant.objects.filter(slug__in=versions).order_by("sort_key")}
        unknown = sorted(set(first) - set(tenants))
        if unknown:
            message = _("Diese Kommunen sind nicht Teil des Plans: {slugs}.").format(slugs=", ".join(unknown))
            raise InvalidInput(message, data={"fields": {"first": [message]}})
        candidates = [Candidate(one.slug, one.life) for one in tenants.values()]
        trial, rest = deal_waves(candidates, first=first, pilots_first=pilots_first, shares=shares)
        waves = [*trial, *rest]
        rollout = _create(actor, plan, replace(options, trial_waves=len(trial)), waves=len(waves))
        TenantRollout.objects.bulk_create(
            TenantRollout(
                rollout=rollout,
                tenant_id=tenants[slug].id,
                slug=slug,
                schema=tenants[slug].schema_name,
                from_version=versions[slug],
                wave=wave,
                place=place,
            )
            for wave, slugs in enumerate(waves)
            for place, slug in enumerate(slugs)
        )
        _audit(actor, rollout, "rollout.started", tenants=len(tenants), waves=len(waves))
    return rollout.id


def _create(actor: Actor, plan: Plan, options: Options, *, waves: int) -> Rollout:
    try:
        with transaction.atomic():
            return Rollout.objects.create(
                target_version=plan.target,
                plan=plan.as_json(),
                options=options.as_json(),
                waves=waves,
                started_by=actor.name,
            )
    except IntegrityError as active:
        raise Conflict(
            _(
                "Es läuft schon eine Ausrollung. Sehen Sie mit „verbund rollout status“ nach; "
                "„resume“ führt sie weiter, „abort“ bricht sie ab."
            ),
            code="rollout_active",
        ) from active


def pause_rollout(*, actor: Actor) -> UUID:
    """Let workers finish the tenant they are at, and take no other. Nothing changes if it is paused already.

    Raises: NotFound when none is active, NotAllowed.
    """
    with as_migration(), transaction.atomic():
        rollout = _active(actor)
        if rollout.state == RolloutState.RUNNING:
            rollout.state, rollout.reason = RolloutState.PAUSED, {"code": "asked", "by": actor.name}
            rollout.save(update_fields=["state", "reason"])
            _audit(actor, rollout, "rollout.paused")
    return rollout.id


def resume_rollout(*, actor: Actor, retry: bool = False, ignore_running: bool = False) -> UUID:
    """Go on with the active rollout, also one whose workers have died; `retry` takes the quarantined on again.

    Tenants that wait for their next try are tried at once. `ignore_running`: as in `plan_rollout`.
    Raises: NotFound when none is active; Conflict, and it is paused, while a process runs that reads what a step still
    to come takes; NotAllowed.
    """
    states = [TenantState.WAITING, TenantState.QUARANTINED] if retry else [TenantState.WAITING]
    _refuse_while_read(actor, states=states, ignore_running=ignore_running)
    with as_migration(), transaction.atomic():
        rollout = _active(actor)
        _accept(rollout, retry=retry)
        rollout.state = RolloutState.RUNNING
        rollout.save(update_fields=["state", "reason", "options", "open_wave"])
        rows = TenantRollout.objects.filter(rollout=rollout)
        # Those being worked on are locked, and need no push.
        free = rows.filter(state=TenantState.WAITING).select_for_update(skip_locked=True).values_list("id", flat=True)
        rows.filter(id__in=list(free)).update(not_before=timezone.now())
        if retry:
            rows.filter(state=TenantState.QUARANTINED).update(
                state=TenantState.WAITING, attempts=0, error="", finished_at=None, not_before=timezone.now()
            )
        _audit(actor, rollout, "rollout.resumed", retry=retry)
    return rollout.id


def _accept(rollout: Rollout, *, retry: bool) -> None:
    """Take it that whoever resumes has seen why it was paused, so that the next look does not pause it again."""
    code, is_checked = rollout.reason.get("code"), bool(rollout.reason.get("checked"))
    rollout.reason = {"checked": True} if is_checked else {}
    if code == "failures" and not retry:
        # As many more as it may have at all.
        rollout.options = {**rollout.options, "max_failures": _failed(rollout) + _max_failures(rollout)}
        rollout.reason = {claims.ACCEPTED: True}
    elif code == "trial_failed" and retry:
        # The trial is not over: what comes of it is looked at anew.
        rollout.reason = {}
    elif is_checked and rollout.open_wave + 1 < rollout.waves:
        rollout.open_wave, rollout.reason = rollout.open_wave + 1, {}


def _refuse_while_read(actor: Actor, *, states: Sequence[TenantState], ignore_running: bool) -> None:
    """Ask for tenants in these states what the plan has asked: a process of the release before may run since then."""
    with as_migration(), transaction.atomic():
        rollout = _active(actor)
        plan = plan_from_json(rollout.plan)
        if ignore_running:
            rollout.plan = plan.ignoring_running().as_json()
            rollout.save(update_fields=["plan"])
            return
        readers = list_readers(_still_to_take(rollout, plan, states))
        if not readers:
            return
        reason = claims.readers_reason(readers)
        claims.pause_for_readers(rollout.id, readers)
    raise Conflict(reason_text(reason), code="still_running")


def _still_to_take(rollout: Rollout, plan: Plan, states: Sequence[TenantState]) -> set[tuple[str, str]]:
    """Return what the steps take that tenants in these states have still before them."""
    rows = TenantRollout.objects.filter(rollout=rollout, state__in=states)
    first = dict(rows.values("from_version").annotate(first=Min("step")).values_list("from_version", "first"))
    return {
        taken
        for group in plan.groups
        if group.from_version in first
        for step in group.steps[first[group.from_version] :]
        for taken in step.takes
    }


def _failed(rollout: Rollout) -> int:
    return TenantRollout.objects.filter(rollout=rollout, state=TenantState.QUARANTINED).count()


def _max_failures(rollout: Rollout) -> int:
    return Options(**rollout.options).max_failures


def abort_rollout(*, actor: Actor) -> UUID:
    """End the active rollout. Tenants that have moved stay where they are, the others stay at their version.

    When none is active, an abort that was cut off or had failures is taken to its end.
    Effects: waits for tenants being worked on.
    Raises: NotFound when there is nothing to abort, Conflict when an index could not be settled, NotAllowed.
    """
    with as_migration(), transaction.atomic():
        rollout = _unfinished_abort(actor) or _active(actor)
        if rollout.state != RolloutState.ABORTED:
            rollout.state, rollout.reason = RolloutState.ABORTED, {"by": actor.name}
            rollout.finished_at = timezone.now()
            rollout.save(update_fields=["state", "reason", "finished_at"])
            _audit(actor, rollout, "rollout.aborted")
    with as_migration(), transaction.atomic():
        TenantRollout.objects.filter(rollout=rollout, state=TenantState.WAITING).update(
            state=TenantState.SKIPPED, error="aborted", finished_at=timezone.now()
        )
    left = settle_indexes(rollout)
    if left:
        message = _(
            "Die Ausrollung ist abgebrochen, aber in diesen Kommunen ist ein Index noch halb gebaut: {slugs}. "
            "Wiederholen Sie „abort“; das Protokoll nennt den Grund."
        )
        raise Conflict(message.format(slugs=", ".join(left)), code="index_unsettled")
    return rollout.id


def _unfinished_abort(actor: Actor) -> Rollout | None:
    require_roll_out(actor)
    is_active = Rollout.objects.filter(state__in=ACTIVE_STATES).exists()
    return None if is_active else find_unfinished_abort()


def _active(actor: Actor) -> Rollout:
    require_roll_out(actor)
    rollout = Rollout.objects.select_for_update().filter(state__in=ACTIVE_STATES).first()
    if rollout is None:
        raise NotFound(_("Es läuft gerade keine Ausrollung."), code="no_rollout")
    return rollout


def _audit(actor: Actor, rollout: Rollout, action: str, **data: object) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"rollout:{rollout.id}",
        data={"target": rollout.target_version[:12], **data},
    )
