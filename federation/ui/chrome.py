"""The frame around a page as plain data: what header, footer and side navigation show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link of a navigation; `icon` names one of the sprite."""

    label: str
    url: str
    current: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class FooterColumn:
    """Links under one heading."""

    heading: str
    entries: tuple[NavEntry, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The same page in one language."""

    code: str
    label: str
    url: str
    absolute_url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ChosenMunicipality:
    """The town a visitor chose, and where to choose another one."""

    name: str
    url: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Pilot:
    """A portal still being tried, and where to say how it goes."""

    text: str
    feedback_url: str


@dataclass(frozen=True, slots=True)
class VisitBand:
    """Somebody of the IT provider is in the portal: said to the town with `url`, to the visitor with `leave_url`."""

    text: str
    url: str = ""
    leave_url: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who works here."""

    name: str
    role: str
    sign_out_url: str
    account_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """Everything the layouts need; each part may be missing."""

    kind: str = "plain"
    language: str = "de"
    site_name: str = "Verbund"
    claim: str = ""
    home_url: str = "/"
    public_url: str = ""
    logo_url: str = ""
    initials: str = "V"
    navigation: tuple[NavEntry, ...] = ()
    side_navigation: tuple[NavEntry, ...] = ()
    access_links: tuple[NavEntry, ...] = ()
    footer: tuple[FooterColumn, ...] = ()
    footnote: str = ""
    languages: tuple[Language, ...] = ()
    umbrella: NavEntry | None = None
    own_area: NavEntry | None = None
    municipality: ChosenMunicipality | None = None
    choose_url: str = ""
    theme_css_url: str = ""
    canonical_url: str = ""
    pilot: Pilot | None = None
    is_training: bool = False
    visit: VisitBand | None = None
    actor: SignedIn | None = None
