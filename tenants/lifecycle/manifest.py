"""The manifest of an archive: what is in it, with counts and checksums. Written last, so it can name everything.

An archive comes from outside: `parse` checks each value before anything is done with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
DDL: Final = "schema.sql"
SETTINGS: Final = "settings/registry.json"

MemberKind: TypeAlias = Literal["document", "table", "shared", "file"]
_KINDS: Final = ("document", "table", "shared", "file")
_FOLDERS: Final[Mapping[str, str]] = {"table": "data/", "shared": "shared/", "file": "files/"}
_DOCUMENTS: Final = (README, DDL, SETTINGS)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_PATH: Final = 1000


class WrongManifest(ValueError):
    """The manifest does not say what this version can use."""


@dataclass(frozen=True)
class Member:
    """One member of the archive. `rows` and `columns` are of tables (without the header line)."""

    path: str
    kind: MemberKind
    bytes: int
    sha256: str
    rows: int = 0
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table's name, or the file's path within the tenant's folder."""
        return self.path.removeprefix(_FOLDERS.get(self.kind, "")).removesuffix(".csv" if self.columns else "")


@dataclass(frozen=True)
class Manifest:
    """Everything that an archive says of itself. Times are UTC in ISO 8601."""

    product_version: str
    created_at_utc: str
    is_training: bool
    tenant: Mapping[str, str]
    schema_version: str
    migrations: tuple[tuple[str, str], ...]
    members: tuple[Member, ...]
    missing_files: tuple[Mapping[str, str], ...] = ()
    left_out_files: tuple[str, ...] = ()
    format: int = FORMAT
    by_path: Mapping[str, Member] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the members."""
        object.__setattr__(self, "by_path", {member.path: member for member in self.members})

    def of_kind(self, kind: MemberKind) -> list[Member]:
        """Return the members of one kind, in the order in which they stand in the archive."""
        return [member for member in self.members if member.kind == kind]

    @property
    def totals(self) -> dict[str, int]:
        """Tables, rows, files and bytes as people compare them."""
        rows = [*self.of_kind("table"), *self.of_kind("shared")]
        return {
            "tables": len(self.of_kind("table")),
            "rows": sum(member.rows for member in rows),
            "files": len(self.of_kind("file")),
            "file_bytes": sum(member.bytes for member in self.of_kind("file")),
            "bytes": sum(member.bytes for member in self.members),
        }

    @property
    def contents_sha256(self) -> str:
        """One checksum over everything but the manifest: over the lines "sha256  path" in the order of paths."""
        lines = sorted((member.path, member.sha256) for member in self.members)
        return hashlib.sha256("".join(f"{sha256}  {path}\n" for path, sha256 in lines).encode()).hexdigest()

    def as_bytes(self) -> bytes:
        """Return the document as it stands in the archive."""
        members = [
            {"path": one.path, "kind": one.kind, "bytes": one.bytes, "sha256": one.sha256}
            | ({"rows": one.rows, "columns": list(one.columns)} if one.columns else {})
            for one in self.members
        ]
        document = {
            "format": self.format,
            "product": {"name": "Verbund", "version": self.product_version},
            "created_at_utc": self.created_at_utc,
            "is_training": self.is_training,
            "tenant": dict(self.tenant),
            "schema": {"version": self.schema_version, "migrations": [list(node) for node in self.migrations]},
            "totals": self.totals,
            "contents_sha256": self.contents_sha256,
            "missing_files": [dict(one) for one in self.missing_files],
            "left_out_files": list(self.left_out_files),
            "members": members,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode()


def parse(data: bytes) -> Manifest:
    """Read a manifest from an archive.

    Raises: WrongManifest, with the reason in English for a log and an error message.
    """
    try:
        document = json.loads(data)
        return _checked(document)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        if isinstance(wrong, WrongManifest):
            raise
        message = f"{MANIFEST}: {type(wrong).__name__} {wrong}"
        raise WrongManifest(message) from wrong


def is_safe_path(path: str) -> bool:
    """Whether a member's path stays below the folder it is unpacked to, on every system."""
    parts = path.split("/")
    return (
        0 < len(path) <= _MAX_PATH
        and path.isprintable()
        and "\\" not in path
        and ":" not in path
        and all(part not in {"", ".", ".."} and len(part.encode()) <= 255 for part in parts)
    )


def _checked(document: Mapping[str, Any]) -> Manifest:
    if document["format"] != FORMAT:
        message = f"format {document['format']!r} instead of {FORMAT}"
        raise WrongManifest(message)
    tenant = {key: str(document["tenant"][key]) for key in ("id", "slug", "name", "schema")}
    manifest = Manifest(
        product_version=str(document["product"]["version"]),
        created_at_utc=str(document["created_at_utc"]),
        is_training=bool(document["is_training"]),
        tenant=tenant,
        schema_version=str(document["schema"]["version"]),
        migrations=tuple((str(app), str(name)) for app, name in document["schema"]["migrations"]),
        members=tuple(_member(row) for row in document["members"]),
        missing_files=tuple({str(k): str(v) for k, v in row.items()} for row in document["missing_files"]),
        left_out_files=tuple(str(path) for path in document["left_out_files"]),
    )
    _check_whole(manifest, document)
    return manifest


def _member(row: Mapping[str, Any]) -> Member:
    member = Member(
        path=str(row["path"]),
        kind=row["kind"],
        bytes=int(row["bytes"]),
        sha256=str(row["sha256"]),
        rows=int(row.get("rows", 0)),
        columns=tuple(str(name) for name in row.get("columns", ())),
    )
    is_table = member.kind in {"table", "shared"}
    names = (member.name, *member.columns) if is_table else ()
    is_right = (
        member.kind in _KINDS
        and is_safe_path(member.path)
        and member.path.startswith(_FOLDERS.get(member.kind, ""))
        and (member.kind != "document" or member.path in _DOCUMENTS)
        and (not is_table or (bool(member.columns) and member.path.endswith(".csv")))
        and all(_NAME.fullmatch(name) for name in names)
        and min(member.bytes, member.rows) >= 0
        and _SHA256.fullmatch(member.sha256) is not None
    )
    if not is_right:
        message = f"member {member.path!r}"
        raise WrongManifest(message)
    return member


def _check_whole(manifest: Manifest, document: Mapping[str, Any]) -> None:
    if len(manifest.by_path) != len(manifest.members):
        message = "a member is named twice"
        raise WrongManifest(message)
    missing = set(_DOCUMENTS) - set(manifest.by_path)
    if missing:
        message = f"{', '.join(sorted(missing))} missing"
        raise WrongManifest(message)
    if document["contents_sha256"] != manifest.contents_sha256 or document["totals"] != manifest.totals:
        message = "totals and checksums contradict the list of members"
        raise WrongManifest(message)


def table_figures(members: Iterable[Member]) -> dict[str, int]:
    """Return rows by table, for proofs and comparisons."""
    return {member.name: member.rows for member in members}


def manifest_summary(manifest: Manifest) -> dict[str, object]:
    """Return what commands print of a manifest."""
    return {
        "tenant": manifest.tenant["slug"],
        "name": manifest.tenant["name"],
        "created_at_utc": manifest.created_at_utc,
        "product_version": manifest.product_version,
        "is_training": manifest.is_training,
        "contents_sha256": manifest.contents_sha256,
        **manifest.totals,
        "missing_files": [dict(one) for one in manifest.missing_files],
        "left_out_files": list(manifest.left_out_files),
    }
