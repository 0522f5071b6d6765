"""`verbund rollout`: bring all municipalities' schemas to the installed release."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

import click

from federation.cli.rollout_output import progress_watcher, show_plan, show_status
from federation.cli.setup import command_actor, with_django

if TYPE_CHECKING:
    from tenants.rollout.selectors import RolloutStatus

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
TO_OPTION = click.option("--to", default="", help="Schema version or its beginning; default: the installed release's.")
ONLY_OPTION = click.option("--only", multiple=True, help="Only this municipality; may be repeated.")
EXPAND_OPTION = click.option("--expand-only", is_flag=True, help="Leave contract steps for a later rollout.")
IGNORE_OPTION = click.option(
    "--ignore-running", is_flag=True, help="Take contract steps even from programs that were heard of a moment ago."
)
WORKERS_OPTION = click.option("--workers", default=4, type=click.IntRange(1, 64), help="How many work side by side.")
_POLL_SECONDS = 1.0
_MOST_POLL_SECONDS = 30.0


@click.group()
def rollout() -> None:
    """Bring the schemas of all municipalities to a version: planned once, replayed in each."""


@rollout.command("plan")
@TO_OPTION
@ONLY_OPTION
@EXPAND_OPTION
@IGNORE_OPTION
@WORKERS_OPTION
@click.option("--statements", is_flag=True, help="Show every statement with its locks.")
@JSON_OPTION
@with_django
def plan_(
    *,
    to: str,
    only: tuple[str, ...],
    expand_only: bool,
    ignore_running: bool,
    workers: int,
    statements: bool,
    as_json: bool,
) -> None:
    """Show what a rollout would do: statements, locks, dangers, expected duration. Changes nothing.

    Ends with status 1 when the plan can't be carried out.
    """
    from tenants.rollout.services import plan_rollout  # noqa: PLC0415 -- needs Django

    made = plan_rollout(actor=command_actor(), to=to, only=only, expand_only=expand_only, ignore_running=ignore_running)
    if as_json:
        click.echo(json.dumps(made.as_json(), ensure_ascii=False, indent=2))
    else:
        show_plan(made, workers=workers, with_statements=statements)
    if made.refusals:
        raise SystemExit(1)


@rollout.command("start")
@TO_OPTION
@ONLY_OPTION
@EXPAND_OPTION
@IGNORE_OPTION
@click.option("--first", multiple=True, help="Goes first, in a wave of its own; may be repeated.")
@click.option(
    "--pilots-first/--no-pilots-first", default=True, help="Pilot towns and those being set up before the rest."
)
@click.option("--waves", "shares", default="100", help="Cumulative percentages of the rest, such as 10,50.")
@click.option("--pause-after-wave", is_flag=True, help="Pause after each wave until `resume`.")
@WORKERS_OPTION
@click.option("--max-failures", default=5, type=click.IntRange(1), help="Pause with this many in quarantine.")
@click.option("--lock-timeout", default=2.0, type=click.FloatRange(0.1), help="Seconds to wait for a lock.")
@click.option("--statement-timeout", default=30.0, type=click.FloatRange(0.1), help="Seconds for one message of DDL.")
@click.option("--data-timeout", default=600.0, type=click.FloatRange(0.1), help="Seconds for a statement on data.")
@click.option("--attempts", default=8, type=click.IntRange(1), help="Tries per step before quarantine.")
@click.option("--background", is_flag=True, help="Leave the work to the deployment's Celery workers.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--or-resume", is_flag=True, help="First go on with a rollout that is still active, for scripts.")
@with_django
def start(
    *,
    to: str,
    only: tuple[str, ...],
    expand_only: bool,
    ignore_running: bool,
    first: tuple[str, ...],
    pilots_first: bool,
    shares: str,
    pause_after_wave: bool,
    workers: int,
    max_failures: int,
    lock_timeout: float,
    statement_timeout: float,
    data_timeout: float,
    attempts: int,
    background: bool,
    yes: bool,
    or_resume: bool,
) -> None:
    """Plan, ask, and bring the municipalities to the target, with a live progress bar.

    Ends with status 1 when some are in quarantine or the rollout was paused.
    """
    if or_resume:
        _finish_active(workers)
    from tenants.rollout.options import Options  # noqa: PLC0415 -- needs Django
    from tenants.rollout.services import plan_rollout, start_rollout  # noqa: PLC0415

    made = plan_rollout(actor=command_actor(), to=to, only=only, expand_only=expand_only, ignore_running=ignore_running)
    show_plan(made, workers=workers, with_statements=False)
    if made.is_empty:
        return
    if made.refusals:
        raise SystemExit(1)
    if not yes:
        click.confirm("Starten?", abort=True)
    options = Options(
        lock_seconds=lock_timeout,
        statement_seconds=statement_timeout,
        data_seconds=data_timeout,
        attempts=attempts,
        max_failures=max_failures,
        pause_after_wave=pause_after_wave,
        in_background=background,
    )
    rollout_id = start_rollout(
        actor=command_actor(),
        plan=made,
        options=options,
        first=first,
        pilots_first=pilots_first,
        shares=_shares(shares),
    )
    _carry_out(rollout_id, workers=workers, in_background=background)


def _finish_active(workers: int) -> None:
    from tenants.rollout.selectors import get_active_rollout  # noqa: PLC0415 -- needs Django
    from tenants.rollout.services import resume_rollout  # noqa: PLC0415

    if get_active_rollout() is not None:
        _carry_out(resume_rollout(actor=command_actor()), workers=workers, in_background=False)


def _shares(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.replace("%", "").split(",") if part.strip()]
    except ValueError:
        found = []
    if not found or any(not 1 <= share <= 100 for share in found):
        message = "Geben Sie Prozentzahlen von 1 bis 100 an, mit Komma getrennt, zum Beispiel 10,50."
        raise click.BadParameter(message, param_hint="--waves")
    return found


@rollout.command("status")
@click.option("--watch", is_flag=True, help="Show again every second until it is over.")
@JSON_OPTION
@with_django
def status_(*, watch: bool, as_json: bool) -> None:
    """Show where the newest rollout stands, wave by wave, and who needs attention."""
    from tenants.rollout.selectors import get_status, list_working  # noqa: PLC0415 -- needs Django

    while True:
        status = get_status()
        working = list_working(status.id) if status is not None and status.is_active else []
        if as_json:
            shown = None if status is None else {**asdict(status), "working": [asdict(one) for one in working]}
            click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        else:
            if watch:
                click.clear()
            show_status(status, working=working)
        if not watch or status is None or not status.is_active:
            return
        time.sleep(_POLL_SECONDS)


@rollout.command("pause")
@with_django
def pause() -> None:
    """Let workers finish the municipality they are at, and take no other."""
    from tenants.rollout.services import pause_rollout  # noqa: PLC0415 -- needs Django

    pause_rollout(actor=command_actor())
    click.echo("Angehalten. „verbund rollout resume“ macht weiter.")


@rollout.command("resume")
@click.option("--retry", is_flag=True, help="Take those in quarantine on again.")
@IGNORE_OPTION
@WORKERS_OPTION
@with_django
def resume(*, retry: bool, ignore_running: bool, workers: int) -> None:
    """Go on with a rollout that was paused, or whose workers have died."""
    from tenants.rollout.selectors import is_in_background  # noqa: PLC0415 -- needs Django
    from tenants.rollout.services import resume_rollout  # noqa: PLC0415

    rollout_id = resume_rollout(actor=command_actor(), retry=retry, ignore_running=ignore_running)
    _carry_out(rollout_id, workers=workers, in_background=is_in_background(rollout_id))


@rollout.command("work")
@WORKERS_OPTION
@with_django
def work(*, workers: int) -> None:
    """Help with the running rollout, from this machine too."""
    from tenants.rollout.selectors import get_active_rollout  # noqa: PLC0415 -- needs Django

    rollout_id = get_active_rollout()
    if rollout_id is None:
        click.echo("Es läuft gerade keine Ausrollung.")
        return
    _carry_out(rollout_id, workers=workers, in_background=False)


@rollout.command("abort")
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_django
def abort(*, yes: bool) -> None:
    """End the rollout: what has moved stays at the new version, the rest at the old one."""
    from tenants.rollout.services import abort_rollout  # noqa: PLC0415 -- needs Django

    if not yes:
        click.confirm("Wirklich abbrechen?", abort=True)
    abort_rollout(actor=command_actor())
    click.echo("Abgebrochen.")


def _carry_out(rollout_id: UUID, *, workers: int, in_background: bool) -> None:
    """Work, or watch others work, until the rollout is over or paused; tell how it ended."""
    from tenants.rollout.selectors import get_status  # noqa: PLC0415 -- needs Django
    from tenants.rollout.worker import work_in_threads  # noqa: PLC0415

    progress, watch = progress_watcher(lambda: get_status(rollout_id))
    stop = threading.Event()
    try:
        with progress, _sessions_named("verbund rollout"):
            if in_background:
                _wait(rollout_id, watch)
            else:
                work_in_threads(rollout_id, workers=workers, watch=watch, stop=stop)
    except KeyboardInterrupt:
        click.echo("Unterbrochen; keine Kommune ist halb umgestellt. „verbund rollout resume“ macht weiter.", err=True)
        raise SystemExit(130) from None
    status: RolloutStatus | None = get_status(rollout_id)
    show_status(status, working=[])
    if status is None or not status.is_success:
        raise SystemExit(1)


@contextmanager
def _sessions_named(name: str) -> Iterator[None]:
    """Name the sessions that begin within the block: seen in pg_stat_activity by whoever looks after the database."""
    before = os.environ.get("PGAPPNAME")
    os.environ["PGAPPNAME"] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ["PGAPPNAME"]
        else:
            os.environ["PGAPPNAME"] = before


def _wait(rollout_id: UUID, watch: Callable[[bool], None]) -> None:
    """Watch until the rollout is over or paused. While the database is away look again, ever more seldom."""
    from django.db import DatabaseError, InterfaceError, connections  # noqa: PLC0415 -- needs Django

    from tenants.rollout.selectors import is_running  # noqa: PLC0415 -- as above

    pause_seconds = _POLL_SECONDS
    is_away = False
    while True:
        try:
            if not is_running(rollout_id):
                return
            watch(False)  # noqa: FBT003 -- a callback's only argument
            if is_away:
                click.echo("Die Datenbank antwortet wieder.", err=True)
            pause_seconds, is_away = _POLL_SECONDS, False
        except (DatabaseError, InterfaceError) as away:
            if not is_away:
                problem = (
                    f"Die Datenbank antwortet nicht ({type(away).__name__}). Ich sehe weiter nach; Strg-C hört auf."
                )
                click.echo(f"{problem} An der Ausrollung ändert das nichts.", err=True)
            pause_seconds, is_away = min(pause_seconds * 2, _MOST_POLL_SECONDS), True
            connections.close_all()
        time.sleep(pause_seconds)
