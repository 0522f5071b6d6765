"""What the portal's tests enter, and where it goes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    """Keep uploaded files of a test to itself."""
    settings.MEDIA_ROOT = tmp_path


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 60)) -> io.BytesIO:
    """Return an image file."""
    file = io.BytesIO()
    Image.new("RGB", size, "#00596b").save(file, format=kind)
    file.seek(0)
    file.name = f"wappen.{kind.lower()}"
    return file
