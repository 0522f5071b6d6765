"""Rich text: the markup that XZuFi allows, and nothing else."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3
from markupsafe import Markup

TAGS: Final = frozenset(
    {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "sup", "sub", "ul", "ol", "li", "a"}
)
_BLOCK: Final = re.compile(r"<(?:p|h[1-6]|ul|ol)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]+>")
_BLANK_LINES: Final = re.compile(r"\n\s*\n")
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
)


def clean_rich_text(text: str) -> str:
    """Return the text with allowed markup only; plain text becomes paragraphs (blank line) and line breaks.

    Source: XZuFi 2.2, markup in text modules: p br h1-h6 b strong i em sup sub ul ol li a[href].
    """
    text = _CLEANER.clean(text.replace("\r\n", "\n").strip()).strip()
    if _BLOCK.search(text):
        return text
    parts = [part.strip().replace("\n", "<br>") for part in _BLANK_LINES.split(text)]
    # Once more: a blank line may stand inside a tag.
    return _CLEANER.clean("".join(f"<p>{part}</p>" for part in parts if part))


def plain_text(html: str) -> str:
    """Return the words of a rich text, for search and for comparing."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def as_markup(html: object) -> Markup:
    """Return stored rich text for a template, cleaned once more: a rule may be stricter now than when it was stored."""
    return Markup(_CLEANER.clean(html)) if isinstance(html, str) else Markup("")  # noqa: S704 -- cleaned right here
