"""The Jinja environment of all pages: what templates may call."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment
from markupsafe import Markup, escape

from federation.ui.fields import as_field, form_errors
from federation.ui.icons import topic_icon

SPRITE: Final = "ui/icons.svg"


def _locale() -> str:
    """Return the locale for dates and amounts: the page's language as used in Germany."""
    return "en_GB" if (get_language() or "de").startswith("en") else "de_DE"


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """Return the path of a route; `name` is positional only, so that a route may take a `name`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=256)
def static(path: str) -> str:
    """Return the address of a static file; it stays the same as long as the process runs."""
    return staticfiles_storage.url(path)


def localdate(value: date | datetime | None, style: str = "long") -> str:
    """Write a date in the page's language; style is Babel's short, medium, long or full. Nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_date(value, format=style, locale=_locale())


def localdatetime(value: datetime | None, style: str = "medium") -> str:
    """Write a moment in the portal's time zone and the page's language. Nothing for None."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_datetime(local, format=style, locale=_locale())


def euro(cents: int) -> str:
    """Write an amount given in cents: `120,50 €`, in English `€120.50`."""
    return format_currency(cents / 100, "EUR", locale=_locale())


def icon(name: str, size: str = "", label: str = "") -> Markup:
    """Return an icon of the sprite: decorative, or with `label` an image with that name."""
    classes = f"vb-icon vb-icon--{size}" if size else "vb-icon"
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        classes, meaning, static(SPRITE), name
    )


def lines(text: str) -> Markup:
    """Turn plain text into paragraphs (blank line) and line breaks; everything else is escaped."""
    paragraphs = [part for part in str(text).replace("\r\n", "\n").split("\n\n") if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.strip().split("\n")))
        for part in paragraphs
    )


class Bag:
    """Options of a macro: a missing one reads as an empty text instead of an error."""

    __slots__ = ("_data",)

    def __init__(self, data: object) -> None:
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __getitem__(self, name: str) -> Any:
        found = self._data.get(name) if isinstance(self._data, Mapping) else getattr(self._data, name, None)
        return "" if found is None else found


def bag(data: object) -> Bag:
    """Wrap a dict or an object whose parts are optional."""
    return data if isinstance(data, Bag) else Bag(data)


def update_with(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two dicts of attributes, the second wins."""
    return {**base, **changes}


def environment(**options: Any) -> Environment:
    """Build the environment; Django's Jinja2 backend calls this with its OPTIONS."""
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    options.setdefault("extensions", ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    env = Environment(**options)  # noqa: S701 -- Django's backend passes autoescape=True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        url=url,
        static=static,
        localdate=localdate,
        localdatetime=localdatetime,
        euro=euro,
        icon=icon,
        topic_icon=topic_icon,
        bag=bag,
        as_field=as_field,
        form_errors=form_errors,
    )
    env.filters.update(lines=lines, update_with=update_with)
    return env
