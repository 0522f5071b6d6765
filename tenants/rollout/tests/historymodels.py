"""What a random history has made so far: models with their fields, as the code that makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

TYPES: Final = {
    "char": "models.CharField",
    "text": "models.TextField",
    "int": "models.IntegerField",
    "big": "models.BigIntegerField",
    "positive": "models.PositiveIntegerField",
    "bool": "models.BooleanField",
    "date": "models.DateField",
    "decimal": "models.DecimalField",
    "json": "models.JSONField",
    "uuid": "models.UUIDField",
}
DEFAULTS: Final = {
    "char": '"w0"',
    "text": '"w0 %"',
    "int": "0",
    "big": "0",
    "positive": "0",
    "bool": "False",
    "date": "dt.date(2026, 1, 1)",
    "decimal": 'Decimal("0.50")',
    "json": None,
    "uuid": None,
}
WORDS: Final = ("char", "text")
NUMBERS: Final = ("int", "big", "positive")


@dataclass(frozen=True)
class Column:
    """A field of a model, as the code that makes it. `base` names the field that a generated one is made from."""

    kind: str
    length: int = 0
    null: bool = False
    has_default: bool = False
    indexed: bool = False
    unique: bool = False
    collation: str = ""
    comment: str = ""
    db_column: str = ""
    target: str = ""
    base: str = ""
    repeats: bool = False

    def code(self) -> str:
        """Return the expression that makes the field."""
        if self.base:
            made = {"char": "models.TextField()", "text": "models.TextField()"}.get(
                self.kind, "models.BigIntegerField()"
            )
            value = f'Lower("{self.base}")' if self.kind in WORDS else f'models.F("{self.base}") + 1'
            return f"models.GeneratedField(expression={value}, output_field={made}, db_persist=True)"
        given = {
            "max_length": self.length or None,
            "max_digits": 8 if self.kind == "decimal" else None,
            "decimal_places": 2 if self.kind == "decimal" else None,
            "null": self.null or None,
            "db_default": DEFAULTS[self.kind] if self.has_default else None,
            "db_index": self.indexed or None,
            "unique": self.unique or None,
            "db_collation": f'"{self.collation}"' if self.collation else None,
            "db_comment": f'"{self.comment}"' if self.comment else None,
            "db_column": f'"{self.db_column}"' if self.db_column else None,
        }
        options = ", ".join(f"{name}={value}" for name, value in given.items() if value is not None)
        if self.target:
            relation = "OneToOneField" if self.unique else "ForeignKey"
            options = ", ".join(
                f"{name}={value}"
                for name, value in given.items()
                if value is not None and name in {"null", "db_comment", "db_column"}
            )
            return f'models.{relation}("portal.{self.target}", on_delete=models.CASCADE, {options})'
        return f"{TYPES[self.kind]}({options})"

    @property
    def is_distinct(self) -> bool:
        """Whether all rows have different values, or none."""
        return not (self.repeats or self.base) and self.kind not in {"bool", "json", "date"}

    def value(self, number: int) -> str:
        """Return a value of its own for a row."""
        return {
            "char": f'"w{number}"',
            "text": f'"w{number}"',
            "bool": "True",
            "date": "dt.date(2026, 2, 1)",
            "decimal": f'Decimal("{number}.25")',
            "json": '{"a": ["b %s", 1]}',
            "uuid": f"UUID(int={number})",
        }.get(self.kind, str(number))


@dataclass
class Model:
    """A model as the history has made it so far. `used`: index or constraint → the fields it stands on."""

    columns: dict[str, Column]
    table: str = ""
    rows: list[int] = field(default_factory=list)
    indexes: dict[str, set[str]] = field(default_factory=dict)
    constraints: dict[str, set[str]] = field(default_factory=dict)
    unchecked: set[str] = field(default_factory=set)

    def free(self) -> list[str]:
        """Return the fields on which nothing else stands."""
        used = set().union(*self.indexes.values(), *self.constraints.values())
        used |= {one.base for one in self.columns.values() if one.base}
        return [name for name in self.columns if name not in used]


@dataclass(frozen=True)
class Change:
    """One operation: its code, and whether running code would miss something afterwards."""

    code: str
    destroys: bool = False
    function: str = ""
