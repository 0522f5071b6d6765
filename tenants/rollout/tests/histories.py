"""Random histories of migrations that Django itself can carry out: drawn while keeping track of what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st

from tenants.rollout.tests.historymodels import DEFAULTS, NUMBERS, TYPES, WORDS, Change, Column, Model

_NAMES: Final = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Straße")
_FIELDS: Final = ("one", "two", "three", "four", "five", "six", "größe", "order")
_COMMENTS: Final = ("", "Größe in m²", "ganz 'sicher'; siehe \\\"oben\\\"")


@dataclass(frozen=True)
class History:
    """Bodies of migrations in their order, as `migrationfiles` writes them."""

    bodies: tuple[str, ...]

    def __repr__(self) -> str:
        """Return something that can be read when a test fails."""
        return "\n\n".join(f"# {number}\n{body}" for number, body in enumerate(self.bodies))


class Author:
    """Writes migrations one after the other, never one that can't be carried out."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        """Start with nothing there."""
        self._draw = draw
        self._models: dict[str, Model] = {}
        self._number = 0
        self._has_destroyed = False

    def migration(self) -> str:
        """Return the body of the next migration."""
        writers = {
            "schema": self._schema,
            "sql": self._sql,
            "python": self._python,
            "batches": self._batches,
            "concurrent": self._concurrent,
        }
        kind = self._draw(st.sampled_from([*["schema"] * 5, *writers])) if self._models else "schema"
        changes = writers[kind]()
        functions = "\n".join(one.function for one in changes if one.function)
        # What takes the name of something gone meets the code that knew it, so it is a contract step as well.
        self._has_destroyed |= any(one.destroys for one in changes)
        marks = "contract = True\n" if self._has_destroyed else ""
        marks += "atomic = False\n" if any("Concurrently" in one.code for one in changes) else ""
        operations = "\n".join(f"    {one.code}," for one in changes)
        return f"{functions}\n---\n{marks}operations = [\n{operations}\n]\n"

    # ------------------------------------------------------------------ kinds of migrations

    def _schema(self) -> list[Change]:
        writers = [
            self._create, self._add, self._add, self._alter, self._alter, self._alter, self._index, self._constrain,
            self._constrain, self._drop_index, self._drop_constraint, self._rename_index, self._rename_field,
            self._remove, self._rename_model, self._delete, self._move_table, self._comment,
        ]  # fmt: skip
        changes = []
        for _ in range(self._draw(st.integers(1, 4))):
            write = self._draw(st.sampled_from(writers)) if self._models else self._create
            change = write()
            if change is not None:
                changes.append(change)
        return changes

    def _python(self) -> list[Change]:
        return self._rows("RunPython")

    def _batches(self) -> list[Change]:
        name, model = self._some()
        words = [one for one, column in model.columns.items() if column.kind == "text" and not column.base]
        if not words or not model.rows:
            return self._rows("RunPython")
        run = self._next("batch")
        text = (
            f"def {run}(apps, editor, after, size):\n"
            f'    rows = apps.get_model("portal", "{name}").objects.order_by("id")\n'
            "    found = list((rows.filter(id__gt=after) if after else rows)[:size])\n"
            "    for row in found:\n"
            f'        row.{words[0]} = f"w{{row.id.int}}"\n'
            "        row.save()\n"
            "    return str(found[-1].id) if found else None\n"
        )
        return [Change(f"RunInBatches({run}, reverse_batch={run}, size=1)", function=text)]

    def _sql(self) -> list[Change]:
        """Insert a row by SQL. Alone in its migration: Django's own transaction could not change the table after it."""
        name, model = self._some()
        self._number += 1
        values = {"id": f"'{UUID(int=self._number)}'"}
        for one, column in model.columns.items():
            if not (column.base or column.has_default or column.null):
                values[column.db_column or one] = {
                    "bool": "true",
                    "date": "'2026-02-01'",
                    "json": """'{"a": "100 %"}'""",
                    "uuid": f"'{UUID(int=self._number)}'",
                    "char": f"'w{self._number}'",
                    "text": f"'w{self._number}'",
                }.get(column.kind, str(self._number))
            elif column.target and not column.unique and self._models[column.target].rows:
                row = self._draw(st.sampled_from(self._models[column.target].rows))
                values[column.db_column or f"{one}_id"] = f"'{UUID(int=row)}'"
        model.rows.append(self._number)
        names = ", ".join(f'"{one}"' for one in values)
        table = model.table or f"portal_{name.lower()}"
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values.values())})'  # noqa: S608 -- our own words
        return [Change(f"migrations.RunSQL({sql!r}, migrations.RunSQL.noop)")]

    def _concurrent(self) -> list[Change]:
        name, model = self._some()
        if model.indexes and self._draw(st.booleans()):
            index = self._draw(st.sampled_from(sorted(model.indexes)))
            del model.indexes[index]
            return [Change(f'RemoveIndexConcurrently("{name}", "{index}")')]
        change = self._index_on(name, model, operation="AddIndexConcurrently")
        return [change] if change else self._schema()

    def _rows(self, operation: str) -> list[Change]:
        name, model = self._some()
        run = self._next("rows")
        lines = [f'    objects = apps.get_model("portal", "{name}").objects']
        for _ in range(self._draw(st.integers(1, 3))):
            self._number += 1
            values = [f"id=UUID(int={self._number})", *self._values(model, self._number)]
            lines.append(f"    objects.create({', '.join(values)})")
            model.rows.append(self._number)
        text = f"def {run}(apps, editor):\n" + "\n".join(lines)
        return [Change(f"migrations.{operation}({run}, migrations.RunPython.noop)", function=text)]

    def _values(self, model: Model, number: int) -> list[str]:
        values = []
        for name, column in model.columns.items():
            if column.base or (column.has_default and self._draw(st.booleans())):
                continue
            if column.target:
                rows = [] if column.unique else self._models[column.target].rows
                if rows:
                    values.append(f"{name}_id=UUID(int={self._draw(st.sampled_from(rows))})")
            elif not column.null or self._draw(st.booleans()):
                values.append(f"{name}={column.value(number)}")
        return values

    # ------------------------------------------------------------------ operations

    def _create(self) -> Change | None:
        free = [name for name in _NAMES if name not in self._models]
        if not free:
            return None
        name = self._draw(st.sampled_from(free))
        model = Model({})
        for one in self._draw(st.lists(st.sampled_from(_FIELDS), min_size=1, max_size=4, unique=True)):
            model.columns[one] = self._column(model, is_new=True)
        self._models[name] = model
        fields = "".join(f', ("{one}", {column.code()})' for one, column in model.columns.items())
        comment = self._draw(st.sampled_from(_COMMENTS))
        options = f', options={{"db_table_comment": "{comment}"}}' if comment else ""
        return Change(
            f'migrations.CreateModel("{name}", [("id", models.UUIDField(primary_key=True, default=uuid7)){fields}]'
            f"{options})"
        )

    def _column(self, model: Model, *, is_new: bool) -> Column:
        bases = [name for name, one in model.columns.items() if one.kind in {"int", "char"} and not one.base]
        choices = [*TYPES, "relation"] + (["generated"] if bases else [])
        kind = self._draw(st.sampled_from(choices))
        comment = self._draw(st.sampled_from(_COMMENTS))
        own_name = self._draw(st.sampled_from(["", "", "", self._next("Spalte Ä")]))
        if kind == "generated":
            base = self._draw(st.sampled_from(bases))
            return Column(model.columns[base].kind, base=base)
        if kind == "relation":
            targets = sorted(self._models)
            if not targets:
                return Column("int", null=True)
            unique = self._draw(st.booleans())
            target = self._draw(st.sampled_from(targets))
            return Column("relation", null=True, target=target, unique=unique, comment=comment, db_column=own_name)
        ways = ["null"] + (["default"] if DEFAULTS[kind] else []) + (["plain"] if is_new else [])
        way = self._draw(st.sampled_from(ways))
        column = Column(
            kind,
            length=self._draw(st.integers(5, 50)) if kind == "char" else 0,
            null=way == "null",
            has_default=way == "default",
            repeats=way == "default",
            indexed=kind != "json" and self._draw(st.booleans()),
            collation=self._draw(st.sampled_from(["", "C"])) if kind in WORDS else "",
            comment=comment,
            db_column=own_name,
        )
        return (
            replace(column, unique=True, indexed=False) if column.is_distinct and self._draw(st.booleans()) else column
        )

    def _add(self) -> Change | None:
        name, model = self._some()
        free = [one for one in _FIELDS if one not in model.columns]
        if not free:
            return None
        one = self._draw(st.sampled_from(free))
        model.columns[one] = self._column(model, is_new=False)
        return Change(f'migrations.AddField("{name}", "{one}", {model.columns[one].code()})')

    def _alter(self) -> Change | None:
        name, model = self._some()
        bases = {one.base for one in model.columns.values()}
        changeable = [
            one for one, column in model.columns.items() if not (column.base or column.target or one in bases)
        ]
        if not changeable:
            return None
        one = self._draw(st.sampled_from(changeable))
        old = model.columns[one]
        ways = self._other_ways(old)
        if one in model.free():
            ways |= self._ways_when_alone(old)
        way = self._draw(st.sampled_from(sorted(ways)))
        new = ways[way]
        if old.has_default and not new.has_default and not new.null:
            new = replace(new, null=True)
        model.columns[one] = new
        return Change(
            f'migrations.AlterField("{name}", "{one}", {new.code()})', destroys=way in {"column", "big", "not null"}
        )

    def _other_ways(self, old: Column) -> dict[str, Column]:
        ways = {"comment": replace(old, comment=self._draw(st.sampled_from(_COMMENTS)))}
        if old.kind != "json":
            ways["index"] = replace(old, indexed=not old.indexed, unique=False)
        if old.is_distinct:
            ways["unique"] = replace(old, unique=not old.unique, indexed=False)
        if not old.null:
            ways["null"] = replace(old, null=True, has_default=False)
        return ways

    def _ways_when_alone(self, old: Column) -> dict[str, Column]:
        """Return what a field may become on which no index or constraint stands."""
        ways = {"column": replace(old, db_column=self._next("c"))}
        if DEFAULTS[old.kind] and not old.unique:
            ways["default"] = replace(old, has_default=not old.has_default, repeats=True)
            if old.null:
                ways["not null"] = replace(old, null=False, has_default=True, repeats=True)
        if old.kind == "char":
            ways["longer"] = replace(old, length=old.length + 10)
            ways["text"] = replace(old, kind="text", length=0)
        if old.kind in {"int", "positive"}:
            ways["big"] = replace(old, kind="big")
        return ways

    def _index(self) -> Change | None:
        return self._index_on(*self._some(), operation="migrations.AddIndex")

    def _index_on(self, name: str, model: Model, *, operation: str) -> Change | None:
        plain = [one for one, column in model.columns.items() if column.kind != "json"]
        if not plain:
            return None
        fields = self._draw(st.lists(st.sampled_from(plain), min_size=1, max_size=3, unique=True))
        words = [one for one in fields if model.columns[one].kind in WORDS]
        index = self._next("idx")
        listed = ", ".join(f'"{self._draw(st.sampled_from(["", "-"]))}{one}"' for one in fields)
        ways = [
            f'models.Index(fields=[{listed}], name="{index}")',
            f'models.Index(fields=[{listed}], name="{index}", condition=models.Q({fields[0]}__isnull=False))',
            f'models.Index(fields=["{fields[0]}"], include=["id"], name="{index}")',
            f'HashIndex(fields=["{fields[0]}"], name="{index}")',
        ]
        if words:
            ways += [
                f'models.Index(Lower("{words[0]}"), name="{index}")',
                f'models.Index(fields=["{words[0]}"], opclasses=["text_pattern_ops"], name="{index}")',
                f'models.Index(fields=["id"], condition=models.Q({words[0]}__in=["w1", "w2"]), name="{index}")',
            ]
        code = self._draw(st.sampled_from(ways))
        model.indexes[index] = set(fields)
        return Change(f'{operation}("{name}", {code})')

    def _constrain(self) -> Change | None:
        name, model = self._some()
        constraint = self._next("con")
        ways = {
            code: {one}
            for one, column in model.columns.items()
            for code in (
                *_checks(name, one, constraint, column=column),
                *_uniques(name, one, constraint, column=column),
            )
        }
        if model.unchecked:
            waiting = self._draw(st.sampled_from(sorted(model.unchecked)))
            ways[f'ValidateConstraint("{name}", "{waiting}")'] = set()
        if not ways:
            return None
        code = self._draw(st.sampled_from(sorted(ways)))
        if code.startswith("Validate"):
            model.unchecked.discard(code.split('"')[3])
            return Change(code)
        if code.startswith("AddConstraintNotValid"):
            model.unchecked.add(constraint)
        model.constraints[constraint] = ways[code]
        return Change(code)

    def _drop_index(self) -> Change | None:
        name, model = self._some()
        if not model.indexes:
            return None
        index = self._draw(st.sampled_from(sorted(model.indexes)))
        del model.indexes[index]
        return Change(f'migrations.RemoveIndex("{name}", "{index}")')

    def _rename_index(self) -> Change | None:
        name, model = self._some()
        if not model.indexes:
            return None
        old, new = self._draw(st.sampled_from(sorted(model.indexes))), self._next("idx")
        model.indexes[new] = model.indexes.pop(old)
        return Change(f'migrations.RenameIndex("{name}", new_name="{new}", old_name="{old}")')

    def _drop_constraint(self) -> Change | None:
        name, model = self._some()
        if not model.constraints:
            return None
        constraint = self._draw(st.sampled_from(sorted(model.constraints)))
        del model.constraints[constraint]
        model.unchecked.discard(constraint)
        return Change(f'migrations.RemoveConstraint("{name}", "{constraint}")')

    def _rename_field(self) -> Change | None:
        name, model = self._some()
        targets = [one for one in _FIELDS if one not in model.columns]
        movable = [one for one in model.free() if not model.columns[one].base]
        if not (targets and movable):
            return None
        old, new = self._draw(st.sampled_from(movable)), self._draw(st.sampled_from(targets))
        model.columns = {(new if one == old else one): column for one, column in model.columns.items()}
        return Change(f'migrations.RenameField("{name}", "{old}", "{new}")', destroys=True)

    def _remove(self) -> Change | None:
        name, model = self._some()
        free = model.free()
        if not free:
            return None
        one = self._draw(st.sampled_from(free))
        del model.columns[one]
        return Change(f'migrations.RemoveField("{name}", "{one}")', destroys=True)

    def _rename_model(self) -> Change | None:
        old, model = self._some()
        free = [name for name in _NAMES if name not in self._models]
        if not free:
            return None
        new = self._draw(st.sampled_from(free))
        del self._models[old]
        self._models[new] = model
        for other in self._models.values():
            for one, column in other.columns.items():
                if column.target == old:
                    other.columns[one] = replace(column, target=new)
        return Change(f'migrations.RenameModel("{old}", "{new}")', destroys=True)

    def _delete(self) -> Change | None:
        name, _model = self._some()
        targets = {
            column.target for other, model in self._models.items() if other != name for column in model.columns.values()
        }
        if name in targets or len(self._models) == 1:
            return None
        del self._models[name]
        return Change(f'migrations.DeleteModel("{name}")', destroys=True)

    def _move_table(self) -> Change:
        name, model = self._some()
        model.table = self._draw(st.sampled_from([self._next("portal_t"), self._next("Tabelle Ö")]))
        return Change(f'migrations.AlterModelTable("{name}", "{model.table}")', destroys=True)

    def _comment(self) -> Change:
        name, _model = self._some()
        return Change(f'migrations.AlterModelTableComment("{name}", "{self._draw(st.sampled_from(_COMMENTS))}")')

    # ------------------------------------------------------------------ around it

    def _some(self) -> tuple[str, Model]:
        name = self._draw(st.sampled_from(sorted(self._models)))
        return name, self._models[name]

    def _next(self, word: str) -> str:
        self._number += 1
        return f"{word}{self._number}"


def _checks(name: str, one: str, constraint: str, *, column: Column) -> Iterator[str]:
    conditions = []
    if column.kind in NUMBERS:
        conditions += [f"models.Q({one}__gte=0)", f"~models.Q({one}__in=[-1, -2])"]
    if column.kind in WORDS:
        conditions += [
            f'models.Q({one}__startswith="w")',
            f'~models.Q({one}__in=["a", "b%"])',
            f'models.Q({one}__in=["w0", "w1", "w[]"]) | models.Q({one}__contains="w")',
        ]
    for condition in conditions:
        check = f'models.CheckConstraint(condition={condition}, name="{constraint}")'
        yield f'migrations.AddConstraint("{name}", {check})'
        yield f'AddConstraintNotValid("{name}", {check})'


def _uniques(name: str, one: str, constraint: str, *, column: Column) -> Iterator[str]:
    if not column.is_distinct or column.target:
        return
    for how in (
        f'fields=["{one}"]',
        f'fields=["{one}", "id"], deferrable=models.Deferrable.DEFERRED',
        f'fields=["{one}"], condition=models.Q({one}__isnull=False)',
        f'fields=["{one}"], include=["id"]',
        f'fields=["id", "{one}"], nulls_distinct=False',
        *([f'Lower("{one}"), "id"'] if column.kind in WORDS else []),
    ):
        yield f'migrations.AddConstraint("{name}", models.UniqueConstraint({how}, name="{constraint}"))'


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any]) -> History:
    """Draw a history of two to eight migrations."""
    author = Author(draw)
    return History(tuple(author.migration() for _ in range(draw(st.integers(2, 8)))))
