"""What a mail says: parts that become its plain and its HTML form, so that the two never differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.template import engines
from django.utils import translation


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """A mail in the reader's language.

    `points` are lines of a list, each with the address of its page or "". The link is what the mail asks to do.
    """

    subject: str
    paragraphs: tuple[str, ...]
    points: tuple[tuple[str, str], ...] = ()
    link: str = ""
    link_label: str = ""
    closing: tuple[str, ...] = ()


# Called in the reader's language: `_("…")` inside finds it.
Compose = Callable[[], MailContent]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as it is sent."""

    subject: str
    text: str
    html: str


def render(compose: Compose, *, language: str, sender_name: str, home_url: str, unsubscribe_url: str = "") -> Rendered:
    """Return a mail in its reader's language, plain and as HTML."""
    with translation.override(language):
        content = compose()
        context = {
            "mail": content,
            "language": language,
            "sender_name": sender_name,
            "home_url": home_url,
            "unsubscribe_url": unsubscribe_url,
        }
        text = engines["jinja2"].get_template("mail/message.txt").render(context)
        html = engines["jinja2"].get_template("mail/message.html").render(context)
    return Rendered(content.subject, text.strip() + "\n", html)
