"""Logos: what a person uploads is decoded and written anew, so that only pixels are kept."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tenants.errors import InvalidInput

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
_FORMATS: Final = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
# Shown at 56 CSS pixels: enough for sharp screens and for printed letters.
_BOX: Final = (600, 600)


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An image of our own making."""

    data: bytes
    suffix: str
    width: int
    height: int


def clean_logo(upload: BinaryIO, *, size_bytes: int) -> CleanImage:
    """Return the upload decoded, scaled to fit and encoded anew, without metadata and further frames.

    Raises: InvalidInput (field `logo`) for a file that is too large, damaged, or no PNG, JPEG or WebP. SVG is none of
    them: it can carry scripts.
    """
    if size_bytes > MAX_BYTES:
        raise _refused(_("Die Datei ist größer als 2 MB. Verkleinern Sie das Bild und laden Sie es noch einmal hoch."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(upload)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise _too_many_pixels() from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as damaged:
        raise _refused(
            _("Diese Datei ist kein Bild, das wir lesen können. Erlaubt sind PNG, JPEG und WebP, nicht SVG.")
        ) from damaged


def _encoded(upload: BinaryIO) -> CleanImage:
    with Image.open(upload, formats=tuple(_FORMATS)) as image:
        kind = image.format or "PNG"
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(_BOX)
        mode = "RGB" if kind == "JPEG" else "RGBA"
        # A new image holds pixels only: no EXIF, no comments, no colour profile.
        plain = Image.new(mode, upright.size)
        plain.paste(upright.convert(mode))
    target = io.BytesIO()
    plain.save(target, format=kind, optimize=True)
    return CleanImage(target.getvalue(), _FORMATS[kind], *plain.size)


def _too_many_pixels() -> InvalidInput:
    return _refused(
        _("Das Bild hat zu viele Bildpunkte. Erlaubt sind höchstens 50 Millionen, zum Beispiel 7000 × 7000.")
    )


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, code="logo_refused", data={"fields": {"logo": [message]}})
