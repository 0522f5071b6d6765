"""What leaves this app: plain values, made once from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared_services.portal.texts import text_in
from tenants.phones import readable_phone


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the municipality. `phone` is written for people."""

    unit: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    accessibility_email: str = ""
    privacy_email: str = ""
    representative: str = ""

    @property
    def address(self) -> str:
        """The postal address without a name, in lines."""
        return "\n".join(line for line in (self.street, f"{self.postcode} {self.town}".strip()) if line)

    @property
    def is_complete(self) -> bool:
        """Whether an imprint can be written from it."""
        return all((self.street, self.postcode, self.town, self.phone, self.email, self.representative))


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """A portal's look and contact, as pages show them. `seen` marks what a form was filled with."""

    claims: Mapping[str, str]
    theme: Mapping[str, Mapping[str, str]]
    theme_mark: str
    logo: str
    contact: Contact
    website_url: str
    app_url: str
    council_url: str
    hours_notes: Mapping[str, str]
    updated_at: datetime | None
    updated_by: str

    @property
    def claim(self) -> str:
        """The claim in the page's language."""
        return text_in(self.claims)

    @property
    def hours_note(self) -> str:
        """The note on opening hours in the page's language."""
        return text_in(self.hours_notes)

    @property
    def logo_url(self) -> str:
        """Where the logo is served, "" without one."""
        return f"/dateien/{self.logo.removeprefix('public/')}" if self.logo else ""

    @property
    def theme_css_url(self) -> str:
        """The stylesheet of the look; its address changes with the look, so it may be kept for long."""
        return f"/thema.css?v={self.theme_mark}"


@dataclass(frozen=True, slots=True)
class NoticeInfo:
    """A notice. `title` and `body` are in the page's language, German where it has none."""

    id: UUID
    level: str
    texts: Mapping[str, Mapping[str, str]] = field(hash=False)
    shown_from: date
    shown_to: date | None
    updated_by: str
    updated_at: datetime

    @property
    def title(self) -> str:
        """The heading."""
        return text_in({language: text.get("title", "") for language, text in self.texts.items()})

    @property
    def body(self) -> str:
        """The text, plain."""
        return text_in({language: text.get("body", "") for language, text in self.texts.items()})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which it is written."""
        return tuple(sorted(language for language, text in self.texts.items() if text.get("title")))

    def state_on(self, day: date) -> str:
        """Return `planned`, `shown` or `over`."""
        if day < self.shown_from:
            return "planned"
        return "over" if self.shown_to is not None and day > self.shown_to else "shown"


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A legal page in one language, placeholders still in it."""

    kind: str
    language: str
    title: str
    body: str
    updated_at: datetime | None
    updated_by: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A known barrier in each language."""

    texts: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        """Return it in the page's language."""
        return text_in(self.texts)


@dataclass(frozen=True, slots=True)
class AccessibilityInfo:
    """The facts of the accessibility statement."""

    conformance: str
    standard: str
    methods: Mapping[str, str]
    gaps: tuple[Gap, ...]
    law: str
    bodies: Mapping[str, Mapping[str, str]]
    evaluated_on: date
    reviewed_on: date
    updated_by: str


@dataclass(frozen=True, slots=True)
class FeedbackInfo:
    """A visitor's message."""

    id: UUID
    kind: str
    kind_label: str
    message: str
    page: str
    contact: str
    language: str
    created_at: datetime
    handled_at: datetime | None
    handled_by: str


def contact_of(row: object) -> Contact:
    """Return the contact of a profile's row."""
    plain = {name: getattr(row, name) for name in Contact.__dataclass_fields__ if name != "phone"}
    return Contact(phone=readable_phone(getattr(row, "phone", "")), **plain)
