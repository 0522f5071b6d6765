"""Documents by which a person wants to prove that they may act for a company: handed in, looked at, taken back.

A document proves nothing by itself: whoever decides on an application reads it. What it is shows in its bytes, whatever
its name says; the name is not kept. All of it is sealed with the person's key.
"""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, UnidentifiedImageError

from shared_services.accounts.events import note_event
from shared_services.accounts.models import BusinessDocument, BusinessPerson
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import DataKey, get_data_key

PURPOSE: Final = "accounts.business_document"
# What an upload may have in memory: settings.FILE_UPLOAD_MAX_MEMORY_SIZE is larger, so that nothing of it is on disk.
MAX_BYTES: Final = 5_000_000
_TAIL_BYTES: Final = 2048


class DocumentKind(models.TextChoices):
    """What a document may be, by its media type."""

    PDF = "application/pdf", gettext_lazy("PDF")
    JPEG = "image/jpeg", gettext_lazy("Bild (JPEG)")
    PNG = "image/png", gettext_lazy("Bild (PNG)")


_SUFFIXES: Final = {DocumentKind.PDF: "pdf", DocumentKind.JPEG: "jpg", DocumentKind.PNG: "png"}


@dataclass(frozen=True, slots=True)
class HandedIn:
    """That a document was handed in for a company."""

    size_bytes: int
    handed_in_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A document, opened for its owner."""

    kind: DocumentKind
    handed_in_at: datetime
    data: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """What its name ends with."""
        return _SUFFIXES[self.kind]


def list_handed_in(account_id: UUID) -> dict[UUID, HandedIn]:
    """Return for which companies a person has handed in a document, without opening any."""
    with as_accounts():
        rows = BusinessDocument.objects.filter(account_id=account_id).defer("sealed")
        return {row.business_id: HandedIn(row.size_bytes, row.handed_in_at) for row in rows}


def get_document(account_id: UUID, *, business_id: UUID) -> Document:
    """Return the document of a company. Raises: NotFound, for somebody else's, too; Unreadable; ExternalTemporary."""
    key = get_data_key(account_id)
    with as_accounts():
        row = BusinessDocument.objects.filter(business_id=business_id, account_id=account_id).first()
    if row is None:
        raise _gone()
    return _opened(key, row)


def export_documents(account_id: UUID) -> dict[UUID, Document]:
    """Return all documents of a person, by company."""
    key = get_data_key(account_id)
    with as_accounts():
        rows = list(BusinessDocument.objects.filter(account_id=account_id))
    return {row.business_id: _opened(key, row) for row in rows}


def hand_in_document(*, account_id: UUID, business_id: UUID, data: bytes) -> None:
    """Keep a document for a company, in the place of an earlier one.

    Effects: an entry "business.document_added" for the owner.
    Raises: InvalidInput (field `document`) for what is too large, or neither PDF, JPEG nor PNG; NotFound.
    """
    kind, key = kind_of(data), get_data_key(account_id)
    sealed = key.seal({"kind": kind, "data": base64.b64encode(data).decode()}, purpose=PURPOSE)
    with as_accounts(), transaction.atomic():
        if not BusinessPerson.objects.select_for_update().filter(id=business_id, account_id=account_id).exists():
            raise _gone()
        BusinessDocument.objects.update_or_create(
            business_id=business_id,
            defaults={
                "account_id": account_id,
                "size_bytes": len(data),
                "handed_in_at": timezone.now(),
                "sealed": sealed,
            },
        )
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="business.document_added")


def take_back_document(*, account_id: UUID, business_id: UUID) -> None:
    """Delete the document of a company.

    Effects: an entry "business.document_removed" for the owner.
    Raises: NotFound, for somebody else's, too.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        if not BusinessDocument.objects.filter(business_id=business_id, account_id=account_id).delete()[0]:
            raise _gone()
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="business.document_removed")


def kind_of(data: bytes) -> DocumentKind:
    """Return what some bytes are. Raises: InvalidInput (field `document`)."""
    if not data:
        raise _refused(_("Diese Datei ist leer. Wählen Sie eine andere aus."))
    if len(data) > MAX_BYTES:
        raise _refused(_("Die Datei ist größer als 5 MB. Verkleinern Sie sie und laden Sie sie noch einmal hoch."))
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-_TAIL_BYTES:]:
        return DocumentKind.PDF
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                kind = DocumentKind.PNG if image.format == "PNG" else DocumentKind.JPEG
                image.verify()
                return kind
    except (
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
    ) as unknown:
        raise _refused(
            _("Diese Datei können wir nicht lesen. Erlaubt sind PDF, JPEG und PNG. Wählen Sie eine andere aus.")
        ) from unknown


def _opened(key: DataKey, row: BusinessDocument) -> Document:
    told: dict[str, Any] = key.unseal(row.sealed, purpose=PURPOSE)
    return Document(DocumentKind(told["kind"]), row.handed_in_at, base64.b64decode(told["data"]))


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, code="bad_document", data={"fields": {"document": [sentence]}})


def _gone() -> NotFound:
    return NotFound(_("Dieses Dokument steht nicht mehr bei Ihren Daten. Gehen Sie zurück zu Ihren Daten."))
