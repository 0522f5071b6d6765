"""Plans and progress of rollouts for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from federation.cli.output import show_rows

if TYPE_CHECKING:
    from tenants.rollout.plan import Group, Plan, Statement, Step
    from tenants.rollout.selectors import RolloutStatus, TenantStatus

_SHOWN_SQL = 110
_LOCK_NAMES = {
    "AccessExclusiveLock": "sperrt Lesen und Schreiben",
    "ExclusiveLock": "sperrt Schreiben",
    "ShareRowExclusiveLock": "sperrt Schreiben",
    "ShareLock": "sperrt Schreiben",
    "ShareUpdateExclusiveLock": "sperrt nur andere Schemaänderungen",
    "RowExclusiveLock": "sperrt geänderte Zeilen",
    "RowShareLock": "sperrt gelesene Zeilen",
}


def show_plan(plan: Plan, *, workers: int, with_statements: bool) -> None:
    """Print a plan: the way of each group, what is dangerous on it, how long it may take, and what is refused."""
    from tenants.rollout.texts import refusal_text  # noqa: PLC0415 -- needs Django

    if plan.left_out:
        click.secho(
            f"Auf einem Stand, den es hier nie gab, und deshalb nicht dabei: {_some(plan.left_out)}.", fg="yellow"
        )
    if plan.is_empty:
        click.echo(f"Alle Kommunen sind auf dem Stand {plan.target[:12]}. Es gibt nichts zu tun.")
        return
    click.echo(f"Ziel: Stand {plan.target[:12]}, {_tenants(plan.tenants)}.")
    for group in plan.groups:
        _show_group(group, workers=workers, with_statements=with_statements)
    if plan.refusals:
        click.echo()
        click.secho("So ist der Plan nicht durchführbar:", fg="red", err=True)
        for refusal in plan.refusals:
            what, advice = refusal_text(refusal)
            click.secho(f"  {refusal.migration} {what}.\n    {advice}", fg="red", err=True)


def _show_group(group: Group, *, workers: int, with_statements: bool) -> None:
    way = "" if group.direction == "forwards" else ", zurück"
    click.echo(f"\nVon Stand {group.from_version[:12]}{way}: {_tenants(len(group.tenants))} ({_some(group.tenants)})")
    for number, step in enumerate(group.steps, 1):
        _show_step(number, step, with_statements=with_statements)
    total = group.seconds_per_tenant * len(group.tenants) / max(workers, 1)
    data = " ohne die Datenschritte" if any(step.kind == "data" for step in group.steps) else ""
    click.echo(
        f"  Erwartet{data}: {_duration(group.seconds_per_tenant)} je Kommune, "
        f"{_duration(total)} für alle mit {workers} Arbeitern."
    )


def _show_step(number: int, step: Step, *, with_statements: bool) -> None:
    from tenants.rollout.texts import danger_text, kind_text  # noqa: PLC0415 -- needs Django

    names = ", ".join(f"{app}.{name}" for app, name in step.nodes)
    how = ""
    if step.kind == "data":
        how = ", in Stapeln" if step.is_batched else ", je Kommune in einem Stück"
    click.echo(f"  {number}. {kind_text(step.kind)}{how}: {names}")
    for statement in step.statements:
        if with_statements or statement.dangers:
            click.echo(f"     {_sql(statement, whole=with_statements)}")
        if with_statements:
            for line in _locks(statement.locks):
                click.echo(f"       {line}")
        for danger in statement.dangers:
            what, advice = danger_text(danger)
            click.secho(f"       Achtung: {what}. {advice}", fg="yellow")
    if not with_statements and step.statements:
        number_of = "1 Anweisung" if len(step.statements) == 1 else f"{len(step.statements)} Anweisungen"
        together: dict[str, list[str]] = {}
        for statement in step.statements:
            for table, modes in statement.locks.items():
                together.setdefault(table, []).extend(modes)
        click.echo(f"     {'; '.join([number_of, *_locks(together)])}")


def _sql(statement: Statement, *, whole: bool) -> str:
    text = " ".join(statement.sql.split())
    return text if whole or len(text) <= _SHOWN_SQL else f"{text[:_SHOWN_SQL]} …"


def _locks(locks: Mapping[str, Sequence[str]]) -> list[str]:
    """Say of each table what its strongest lock keeps others from."""
    found = []
    for table, modes in sorted(locks.items()):
        strongest = next((name for name in _LOCK_NAMES if name in modes), modes[0])
        found.append(f"{table or 'nebenläufig'}: {_LOCK_NAMES.get(strongest, strongest)} ({strongest})")
    return found


def show_status(status: RolloutStatus | None, *, working: list[TenantStatus]) -> None:
    """Print where a rollout stands."""
    from tenants.rollout.texts import reason_text  # noqa: PLC0415 -- needs Django

    if status is None:
        click.echo("Es gab noch keine Ausrollung.")
        return
    click.echo(f"Ausrollung auf Stand {status.target[:12]}: {status.label}.")
    click.echo(f"{status.done} von {status.tenants} Kommunen sind fertig.")
    why = reason_text(status.reason)
    if why:
        click.secho(why, fg="yellow")
    if status.is_running and not working and not status.retrying:
        click.secho("Zurzeit arbeitet niemand daran. „verbund rollout resume“ macht weiter.", fg="yellow")
    rows = [
        {
            "number": wave.number,
            "tenants": wave.tenants,
            "done": wave.done,
            "waiting": wave.waiting,
            "quarantined": wave.quarantined,
            "skipped": wave.skipped,
        }
        for wave in status.waves
    ]
    columns = {
        "number": "Welle",
        "tenants": "Kommunen",
        "done": "fertig",
        "waiting": "warten",
        "quarantined": "Quarantäne",
        "skipped": "ausgelassen",
    }
    show_rows(rows, columns=columns, as_json=False, empty="")
    _show_tenants("Gerade in Arbeit", working)
    _show_tenants("Werden noch einmal versucht", status.retrying)
    _show_tenants("In Quarantäne (online auf ihrem alten Stand)", status.quarantined)


def _show_tenants(heading: str, tenants: list[TenantStatus]) -> None:
    if tenants:
        click.echo(f"{heading}:")
        for one in tenants:
            batches = f", {one.batches} Stapel" if one.batches else ""
            error = f": {one.error}" if one.error else ""
            click.echo(f"  {one.slug} (Schritt {one.step + 1}{batches}, Versuch {one.attempts + 1}){error}")


def progress_watcher(read: Callable[[], RolloutStatus | None]) -> tuple[Progress, Callable[[bool], None]]:
    """Return a progress bar and what moves it; where there is no terminal a line is printed when something changed."""
    console = Console(file=sys.stderr, highlight=False)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        disable=not console.is_terminal,
    )
    task = progress.add_task("Kommunen", total=None, left="")
    last: list[str] = []

    def watch(is_over: bool) -> None:  # noqa: FBT001 -- a callback's only argument
        from tenants.rollout.selectors import seconds_left  # noqa: PLC0415 -- needs Django

        status = read()
        if status is None:
            return
        left = None if is_over else seconds_left(status)
        troubles = f", {len(status.quarantined)} in Quarantäne" if status.quarantined else ""
        progress.update(
            task,
            total=status.tenants,
            completed=status.ended,
            left=("" if left is None else f"noch etwa {_duration(left)}") + troubles,
        )
        line = f"{status.ended}/{status.tenants} Kommunen{troubles}"
        if not console.is_terminal and last != [line]:
            last[:] = [line]
            console.print(escape(line))

    return progress, watch


def _tenants(number: int) -> str:
    return "1 Kommune" if number == 1 else f"{number} Kommunen"


def _some(slugs: list[str]) -> str:
    return ", ".join(slugs[:5]) + (f" und {len(slugs) - 5} weitere" if len(slugs) > 5 else "")


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds:.2f} s".replace(".", ",")
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
