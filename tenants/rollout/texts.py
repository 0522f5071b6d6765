"""What plans say to people who run rollouts: dangers, refusals, kinds of steps, each with what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tenants.rollout.plan import Danger, Refusal


def danger_text(danger: Danger) -> tuple[str, str]:
    """Return what a statement may do, and what to write instead."""
    what, advice = {
        "table_rewrite": (
            _("schreibt die ganze Tabelle {table} neu; solange kann niemand sie lesen oder ändern"),
            _("Besser: neue Spalte, mit RunInBatches füllen, in einer späteren Version umstellen."),
        ),
        "index_blocks_writes": (
            _("baut einen Index auf {table}; solange kann niemand darin etwas ändern"),
            _("Besser: AddIndexConcurrently in einer eigenen Migration mit atomic = False."),
        ),
        "index_blocks_all": (
            _("baut einen Index auf {table}; solange kann niemand sie lesen oder ändern"),
            _("Besser: erst einen eindeutigen Index nebenläufig bauen, dann die Bedingung mit USING INDEX anlegen."),
        ),
        "index_rebuilt": (
            _("baut einen Index auf {table} neu; solange kann niemand darin etwas ändern, meist auch nicht lesen"),
            _("Besser: neuen Index nebenläufig bauen und den alten löschen, oder eine neue Spalte mit RunInBatches."),
        ),
        "constraint_scans": (
            _("liest {table} ganz, um die Bedingung zu prüfen, und sperrt sie solange"),
            _("Besser: AddConstraintNotValid, danach ValidateConstraint in einer eigenen Migration."),
        ),
        "not_null_scans": (
            _("liest {table} ganz; solange kann niemand sie lesen oder ändern"),
            _("Besser: erst CHECK (… IS NOT NULL) als NOT VALID anlegen und prüfen lassen, dann SET NOT NULL."),
        ),
        "rows_in_schema_step": (
            _("ändert Zeilen in {table} in derselben Transaktion wie das Schema; die Sperren bleiben solange"),
            _("Besser: eine eigene Datenmigration mit RunInBatches."),
        ),
        "binds_running": (
            _("verlangt etwas von Spalten in {table}, die laufende Programme schreiben: sonst scheitern diese daran"),
            _(
                "Prüfen Sie, dass schon die vorige Version es einhält. Sonst erst eine Version später, mit "
                "contract = True."
            ),
        ),
        "unseen_code": (
            _("führt Code aus (DO, CALL), dessen Wirkung der Probelauf an leeren Tabellen nicht sieht"),
            _("Besser: einzelne Anweisungen, und für Daten eine eigene Migration mit RunInBatches."),
        ),
    }[danger.code]
    return what.format(table=danger.table), advice


def refusal_text(refusal: Refusal) -> tuple[str, str]:
    """Return why a plan can't be carried out, and what to do."""
    what, advice = {
        **_loss_texts(),
        "mixed_kinds": (
            _("vermischt Schritte verschiedener Art ({kinds})"),
            _("Teilen Sie sie: Schema, Daten und nebenläufige Indizes je in eine eigene Migration."),
        ),
        "not_atomic": (
            _("ändert das Schema ohne Transaktion (atomic = False)"),
            _(
                "Streichen Sie atomic = False. Nur nebenläufige Indizes kommen ohne Transaktion aus; was sonst keine "
                "verträgt (etwa VACUUM), gehört nicht in eine Migration."
            ),
        ),
        "not_repeatable": (
            _(
                "tut neben nebenläufigen Indizes etwas, das sich nach einem Abbruch nicht wiederholen lässt: "
                "{statement}"
            ),
            _(
                "In eine solche Migration gehören nur CREATE und DROP INDEX CONCURRENTLY, jeder Index mit Namen, und "
                "REINDEX CONCURRENTLY; alles andere in eine eigene."
            ),
        ),
        "irreversible": (
            _("lässt sich nicht zurücknehmen"),
            _("Geben Sie ihren Schritten einen Rückweg, oder gehen Sie vorwärts zu einer Version, die es richtet."),
        ),
        "fails": (
            _("scheitert schon im Probelauf: {error}"),
            _("Beheben Sie die Ursache in der Migration, und liefern Sie eine neue Version aus."),
        ),
        "migration_unknown": (
            _("gehört nicht zu den Migrationen dieser Programmversion"),
            _("Starten Sie die Ausrollung von der neuesten Programmversion aus, die irgendwo installiert ist."),
        ),
        "other_branch": (
            _("liegt auf einem anderen Zweig als {version}"),
            _("Gehen Sie erst auf einen Stand zurück, den beide gemeinsam haben."),
        ),
        "differs_from_template": (
            _("führt zu einem anderen Schema als die Vorlage: {facts}"),
            _("Führen Sie „verbund migrate“ und „verbund doctor“ aus. Wurde eine Migration nachträglich geändert?"),
        ),
        "still_running": (
            _("nimmt {name} weg, das laufende Programme noch lesen: {processes}"),
            _(
                "Ersetzen Sie erst alle Programme durch die Version, zu der ausgerollt wird, und rollen Sie diesen "
                "Schritt danach aus. Auf dem Weg vorwärts rollt --expand-only das Übrige schon vorher aus."
            ),
        ),
    }[refusal.code]
    return what.format(**refusal.data), advice


def _loss_texts() -> dict[str, tuple[str, str]]:
    later = _(
        "Liefern Sie das erst mit der Version aus, deren Vorgängerin es nicht mehr benutzt, und kennzeichnen Sie die "
        "Migration mit contract = True."
    )
    return {
        "table_gone": (_("löscht oder benennt die Tabelle {name} um, die laufende Programme lesen"), later),
        "column_gone": (_("löscht oder benennt die Spalte {name} um, die laufende Programme lesen"), later),
        "type_changed": (_("ändert den Typ von {name}: {old} → {new}"), later),
        "column_not_null": (_("verlangt einen Wert in {name}, den laufende Programme weglassen können"), later),
        "column_needs_value": (
            _("fügt {name} ohne Vorgabewert hinzu: laufende Programme könnten keine Zeilen mehr anlegen"),
            _("Geben Sie dem Feld ein db_default, oder lassen Sie es bis zur nächsten Version leer zu (null=True)."),
        ),
    }


def kind_text(kind: str) -> str:
    """Return the name of a kind of step."""
    return {"schema": _("Schema"), "data": _("Daten"), "index": _("Index, nebenläufig")}[kind]


def reason_text(reason: Mapping[str, object]) -> str:
    """Return why a rollout is paused, and what to do; empty when it is not."""
    places = {
        "by": reason.get("by", ""),
        "count": reason.get("count", ""),
        "wave": int(str(reason.get("wave", 0))) + 1,
        "facts": "; ".join(_list(reason.get("facts"))),
        "names": ", ".join(_list(reason.get("names"))),
        "processes": ", ".join(_list(reason.get("processes"))),
    }
    text = {
        "": "",
        "asked": _("Angehalten von {by}."),
        "failures": _(
            "{count} Kommunen sind in Quarantäne. Beheben Sie die Ursache; „resume --retry“ nimmt sie wieder auf, "
            "„resume“ macht ohne sie weiter."
        ),
        "still_running": _(
            "Laufende Programme lesen noch, was der nächste Schritt wegnimmt ({names}): {processes}. Ersetzen Sie sie "
            "durch die Version, zu der ausgerollt wird; zwei Minuten danach macht „resume“ weiter. Oder brechen Sie "
            "mit „abort“ ab; auf dem Weg vorwärts rollt „--expand-only“ das Übrige aus."
        ),
        "trial_failed": _(
            "In der Probewelle {wave} sind Kommunen in Quarantäne ({names}); die nächste Welle wartet. Beheben Sie die "
            "Ursache; „resume --retry“ nimmt sie wieder auf, „resume“ macht ohne sie weiter."
        ),
        "wave_done": _("Welle {wave} ist fertig. Sehen Sie sich ihre Portale an; „resume“ gibt die nächste frei."),
        "drift": _("Nach Welle {wave} weichen Schemata von ihrem Stand ab: {facts}. „resume“ macht trotzdem weiter."),
    }[str(reason.get("code", ""))]
    return text.format(**places)


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
