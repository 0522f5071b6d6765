"""Rich and plain text as a row of words and beginnings of blocks, and back: what comparing and merging work on.

Markup made from tokens is well-formed whatever the tokens are, so a merge can't break a list or leave a link open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

Mark = tuple[str, str]
"""An inline tag around a word, and its address if it is a link."""

_BLOCKS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS: Final = frozenset({"ul", "ol"})
_INLINE: Final = frozenset({"b", "strong", "i", "em", "sup", "sub", "a"})
_SAFE_ADDRESS: Final = re.compile(r"^(?:https?:|mailto:|tel:|/|#)", re.IGNORECASE)
# A number with its separators and a word with its hyphens are one; every other sign is one of its own.
_WORD: Final = re.compile(r"(\s*)(\d+(?:[.,:]\d+)*|\w+(?:[-/]\w+)*|[^\w\s])")
_IS_RICH: Final = re.compile(r"<(?:p|h[1-6]|ul|ol)\b", re.IGNORECASE)
LINE_BREAK: Final = "\n"


@dataclass(frozen=True, slots=True)
class Block:
    """The beginning of a paragraph, a heading or an entry of a list. `path`: the lists around an entry."""

    tag: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a sign, with the inline tags around it. Whether a space stands before it makes no difference."""

    text: str
    marks: tuple[Mark, ...] = ()
    spaced: bool = field(default=False, compare=False)


Token = Block | Word


def is_rich(text: str) -> bool:
    """Whether a text is markup: cleaned rich text always holds a block."""
    return bool(_IS_RICH.search(text))


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a rich or a plain text."""
    if not is_rich(text):
        return list(_words(text, (), at_start=True))
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _without_empty_blocks(reader.tokens)


def render(tokens: Iterable[Token]) -> str:
    """Return the markup of tokens, or plain text (escaped for HTML all the same) where they hold no block."""
    writer = _Writer()
    for token in tokens:
        writer.write(token)
    return writer.finish()


def plain(tokens: Iterable[Token]) -> str:
    """Return the words alone, as a plain text is stored."""
    parts: list[str] = []
    for token in tokens:
        if isinstance(token, Word):
            parts.append(f" {token.text}" if token.spaced and parts else token.text)
        elif parts:
            parts.append(" ")
    return "".join(parts)


def words_of(tokens: Iterable[Token]) -> list[str]:
    """Return the words without markup."""
    return [token.text for token in tokens if isinstance(token, Word)]


def _words(text: str, marks: tuple[Mark, ...], *, at_start: bool, spaced: bool = False) -> Iterable[Word]:
    for number, (space, word) in enumerate(_WORD.findall(text)):
        is_first = at_start and number == 0
        yield Word(word, marks, spaced=not is_first and (bool(space) or (spaced and number == 0)))


def _without_empty_blocks(tokens: Sequence[Token]) -> list[Token]:
    followed = zip(tokens, [*tokens[1:], Block("p")], strict=True)
    return [one for one, after in followed if not (isinstance(one, Block) and isinstance(after, Block))]


class _Reader(HTMLParser):
    """Read cleaned markup. Tags that XZuFi does not know, as in rendered values, leave their words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []
        self._lists: list[str] = []
        self._marks: list[Mark] = []
        self._in_item = False
        self._needs_block = True
        self._has_space = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LISTS:
            self._lists.append(tag)
            self._needs_block = True
        elif tag == "li":
            self._begin(Block("li", tuple(self._lists) or ("ul",)))
            self._in_item = True
        elif tag in _BLOCKS:
            self._begin_block(tag)
        elif tag == "br":
            self.tokens.append(Word(LINE_BREAK))
            self._has_space = False
        elif tag in _INLINE:
            href = dict(attrs).get("href") or ""
            self._marks.append((tag, href if _SAFE_ADDRESS.match(href) else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _LISTS and self._lists:
            self._lists.pop()
            self._needs_block = True
            self._in_item = bool(self._lists)
        elif tag in _BLOCKS or tag == "li":
            self._needs_block = tag == "li" or not self._in_item
            self._in_item = self._in_item and tag != "li"
        elif tag in _INLINE:
            found = [number for number, mark in enumerate(self._marks) if mark[0] == tag]
            if found:
                del self._marks[found[-1]]

    def handle_data(self, data: str) -> None:
        if not data.strip():
            self._has_space = True
            return
        if self._needs_block:
            self._begin(Block("li", tuple(self._lists)) if self._lists else Block("p"))
        last = self.tokens[-1]
        at_start = isinstance(last, Block) or last.text == LINE_BREAK
        self.tokens.extend(_words(data, tuple(self._marks), at_start=at_start, spaced=self._has_space))
        self._has_space = data[-1].isspace()

    def _begin_block(self, tag: str) -> None:
        if not self._in_item:
            self._begin(Block(tag))
        elif self.tokens and isinstance(self.tokens[-1], Word):
            # A further paragraph of a list's entry.
            self.tokens.append(Word(LINE_BREAK))
            self._has_space = False

    def _begin(self, block: Block) -> None:
        self.tokens.append(block)
        self._needs_block = self._has_space = False


class _Writer:
    """Write tokens as markup: opens and closes what each needs."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._lists: list[str] = []
        self._block = ""
        self._is_start = True

    def write(self, token: Token) -> None:
        if isinstance(token, Block):
            self._open_block(token)
            return
        if token.text == LINE_BREAK:
            self._reach(token.marks)
            self._parts.append("<br>")
            self._is_start = True
            return
        self._close_marks(self._shared(token.marks))
        if token.spaced and not self._is_start:
            self._parts.append(" ")
        self._reach(token.marks)
        self._parts.append(escape(token.text, quote=False))
        self._is_start = False

    def finish(self) -> str:
        self._close_block()
        self._close_lists(0)
        return "".join(self._parts)

    def _open_block(self, block: Block) -> None:
        self._close_block()
        if block.tag == "li":
            self._open_item(block.path)
        else:
            self._close_lists(0)
            self._parts.append(f"<{block.tag}>")
            self._block = block.tag
        self._is_start = True

    def _open_item(self, path: tuple[str, ...]) -> None:
        shared = 0
        while shared < min(len(path), len(self._lists)) and path[shared] == self._lists[shared]:
            shared += 1
        self._close_lists(shared)
        if shared == len(path):
            self._parts.append("</li><li>")
        for tag in path[shared:]:
            self._parts.append(f"<{tag}><li>")
            self._lists.append(tag)

    def _close_block(self) -> None:
        self._close_marks(0)
        if self._block:
            self._parts.append(f"</{self._block}>")
            self._block = ""

    def _close_lists(self, depth: int) -> None:
        while len(self._lists) > depth:
            self._parts.append(f"</li></{self._lists.pop()}>")

    def _shared(self, marks: tuple[Mark, ...]) -> int:
        count = 0
        while count < min(len(marks), len(self._marks)) and marks[count] == self._marks[count]:
            count += 1
        return count

    def _close_marks(self, depth: int) -> None:
        while len(self._marks) > depth:
            self._parts.append(f"</{self._marks.pop()[0]}>")

    def _reach(self, marks: tuple[Mark, ...]) -> None:
        self._close_marks(self._shared(marks))
        for tag, address in marks[len(self._marks) :]:
            self._parts.append(f'<{tag} href="{escape(address)}">' if address else f"<{tag}>")
            self._marks.append((tag, address))
