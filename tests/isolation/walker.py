"""Walk what a page offers: every link, and every form as a browser would send it untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin


@dataclass
class Form:
    """A form as it stands on the page. `values` are what it sends without a button; a browser adds the pressed one."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    # Where its buttons lead, with what each adds.
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def ways(self) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """Yield each way to send it: the address and what is sent. Without a button there is none."""
        for action, added in self.buttons:
            yield action, {**self.values, **{name: [value] for name, value in added.items()}}


class Page(HTMLParser):
    """Links and forms of a page. Addresses are as a browser follows them from `path`."""

    def __init__(self, path: str, text: str) -> None:
        """Read the page."""
        super().__init__()
        self._path = path
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in links, forms and what they send."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(self._to(given["href"]))
        elif tag == "form":
            self._form = Form(self._to(given.get("action", "")), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._take_control(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._form = None

    def _take_control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "submit" if tag == "button" else "text")
        if tag in {"button", "input"} and kind == "submit":
            added = {name: given.get("value", "")} if name else {}
            form.buttons.append((self._to(given["formaction"]) if "formaction" in given else form.action, added))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.values.setdefault(self._select, []).append(given.get("value", ""))
        elif tag in {"input", "textarea"} and name and (kind not in {"checkbox", "radio"} or "checked" in given):
            form.values.setdefault(name, []).append(given.get("value", ""))

    def _to(self, address: str) -> str:
        return urldefrag(urljoin(self._path, address)).url
