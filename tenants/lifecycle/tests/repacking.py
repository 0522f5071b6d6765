"""Archives as somebody else may make them: taken apart, changed, put together again."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tenants.lifecycle import manifest as manifests
from tenants.lifecycle.streams import Meter


def contents_of(archive: Path) -> dict[str, bytes]:
    """Return every member by its name."""
    with tarfile.open(archive) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def pack(target: Path, contents: Mapping[str, bytes], *, more: Callable[[tarfile.TarFile], None] | None = None) -> Path:
    """Write members as they are."""
    with tarfile.open(target, "w:gz") as tar:
        for name, data in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        if more is not None:
            more(tar)
    return target


def repack(
    archive: Path, target: Path, *, changes: Mapping[str, bytes], manifest: Callable[[Any], object] | None = None
) -> Path:
    """Write an archive with other contents whose manifest is right all the same, as a forger would."""
    contents = {**contents_of(archive), **changes}
    document = json.loads(contents.pop(manifests.MANIFEST))
    if manifest is not None:
        manifest(document)
    for row in document["members"]:
        data = contents[row["path"]]
        meter = Meter(counts_records="columns" in row)
        meter.feed(data)
        row.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        if "columns" in row:
            row["rows"] = meter.rows
    document["contents_sha256"], document["totals"] = _summed(document)
    return pack(target, {**contents, manifests.MANIFEST: json.dumps(document).encode()})


def _summed(document: Any) -> tuple[str, dict[str, int]]:
    members = tuple(
        manifests.Member(
            row["path"], row["kind"], row["bytes"], row["sha256"], row.get("rows", 0), tuple(row.get("columns", ()))
        )
        for row in document["members"]
    )
    whole = manifests.Manifest("", "", False, {}, "", (), members)
    return whole.contents_sha256, whole.totals
