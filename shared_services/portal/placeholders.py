"""Placeholders in legal pages: `{{ address }}` stays in the stored text and is filled when the page is shown.

So an imprint never disagrees with the contact page. What differs by state is filled once, at onboarding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from catalog.services.richtext import as_markup

LIVE: Final = frozenset(
    {
        "official_name", "address", "email", "phone", "representative", "region_name", "operator_name", "url", "date",
        "conformance_sentence", "gaps_list", "assessed_on",
    }
)  # fmt: skip
_PLACE: Final = re.compile(r"\{\{ ?([a-z_]{1,40}) ?\}\}")
_HREF: Final = re.compile(r'href="\{\{ ?([a-z_]{1,40}) ?\}\}"')
_LINKS: Final = {"email": "mailto:", "phone": "tel:", "url": ""}


def fill_once(body: str, values: Mapping[str, str]) -> str:
    """Fill the placeholders that have a value and leave the others; values are plain text and are escaped."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        return str(escape(values[name])) if name in values else match.group(0)

    return _PLACE.sub(value, body)


def fill(body: str, values: Mapping[str, str | list[str]]) -> Markup:
    """Return a page ready to show: every placeholder filled, the result cleaned.

    Lists become `<ul>`, addresses become links; a value that nobody entered yet shows as such.
    """
    as_address = _HREF.sub(lambda match: f'href="{escape(_href(match.group(1), values))}"', body)
    filled = _PLACE.sub(lambda match: _shown(match.group(1), values), as_address)
    return as_markup(filled)


def unknown_placeholders(body: str) -> list[str]:
    """List the placeholders of a text that mean nothing, in order."""
    return [name for name in dict.fromkeys(_PLACE.findall(body)) if name not in LIVE]


def placeholder_labels() -> dict[str, str]:
    """Explain the placeholders to the people who write pages."""
    return {
        "official_name": _("amtlicher Name der Kommune"),
        "address": _("Anschrift"),
        "phone": _("Telefonnummer"),
        "email": _("E-Mail-Adresse"),
        "representative": _("Vertretung der Kommune"),
        "url": _("Adresse dieses Portals"),
        "region_name": _("Name der Portalregion"),
        "operator_name": _("Name des IT-Dienstleisters"),
        "date": _("Tag der letzten Änderung"),
        "conformance_sentence": _("Stand der Barrierefreiheit als Satz"),
        "gaps_list": _("Liste der bekannten Barrieren"),
        "assessed_on": _("Tag der Bewertung"),
    }


def _href(name: str, values: Mapping[str, str | list[str]]) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        return ""
    return _LINKS.get(name, "") + value if value else ""


def _shown(name: str, values: Mapping[str, str | list[str]]) -> str:
    value = values.get(name)
    if isinstance(value, list):
        items = "".join(f"<li>{escape(item)}</li>" for item in value)
        none_known = _("Uns sind keine Barrieren bekannt.")
        return f"<ul>{items}</ul>" if items else f"<p>{escape(none_known)}</p>"
    if not value:
        return str(escape(_("(wird noch ergänzt)")))
    text = str(escape(value)).replace("\n", "<br>")
    if name in _LINKS:
        address = _LINKS[name] + quote(value, safe="@:/+.?&=%-_~") if name != "phone" else f"tel:{_dialled(value)}"
        return f'<a href="{escape(address)}">{text}</a>'
    return text


def _dialled(phone: str) -> str:
    return re.sub(r"[^\d+]", "", phone)
