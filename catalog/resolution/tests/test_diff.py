"""Comparing and joining: nobody's words are lost, what comes out is clean markup, and conflicts are said."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from catalog.resolution.alignment import Origin
from catalog.resolution.diff import is_unfinished, mark_words, three_columns, three_way
from catalog.resolution.tokens import is_rich, render, tokenize, words_of
from catalog.services.richtext import clean_rich_text

_TAG = re.compile(r"<[^>]+>")
WORDS = st.sampled_from(
    ["Hund", "Katze", "Steuer", "48,00", "€", "im", "Jahr", "anmelden,", "Amt.", "Büro", "<b>neu</b>"]
)
LINKED = st.sampled_from(['<a href="https://a.example/">Seite</a>', "<strong>sofort</strong>", "A &amp; B", "x<br>y"])
SENTENCES = st.lists(st.one_of(WORDS, LINKED), min_size=1, max_size=6).map(" ".join)
PARAGRAPHS = SENTENCES.map(lambda text: f"<p>{text}</p>")
HEADINGS = SENTENCES.map(lambda text: f"<h3>{text}</h3>")
ITEMS = st.lists(SENTENCES, min_size=1, max_size=3)
LISTS = st.tuples(st.sampled_from(["ul", "ol"]), ITEMS).map(
    lambda one: f"<{one[0]}>{''.join(f'<li>{item}</li>' for item in one[1])}</{one[0]}>"
)
NESTED = ITEMS.map(lambda items: f"<ul><li>außen<ul>{''.join(f'<li>{one}</li>' for one in items)}</ul></li></ul>")
RICH = (
    st.lists(st.one_of(PARAGRAPHS, HEADINGS, LISTS, NESTED), min_size=1, max_size=4).map("".join).map(clean_rich_text)
)
PLAIN = st.lists(
    st.sampled_from(["der", "Hund", "und", "die", "Katze", "<", ">", "&", "5,50", "€", "Amt."]), max_size=8
).map(" ".join)
TEXTS = st.one_of(st.tuples(RICH, RICH, RICH), st.tuples(PLAIN, PLAIN, PLAIN))
WORD_LISTS = st.lists(st.sampled_from(["Hund", "Dackel", "Steuer", "Marke", "Tier"]), unique=True)
PARTS = st.fixed_dictionaries(
    {"kind": st.just("fixed"), "amount_cents": st.integers(0, 3)},
    optional={"unit": st.sampled_from(["pro Jahr", "pro Stück"]), "note": st.sampled_from(["a", "b"])},
)
VALUES = st.one_of(
    TEXTS, *(st.tuples(one, one, one) for one in (WORD_LISTS, PARTS)), st.tuples(*[st.none() | RICH] * 3)
)


def seen(text: str, *, is_markup: bool) -> str:
    """Return the letters of a text, in their order: without tags if it is markup, and without spaces."""
    return re.sub(r"\s", "", unescape(_TAG.sub("", text)) if is_markup else text)


def without(tag: str, marked: str) -> str:
    """Return the letters of one side of a marked text, without signs of blocks and addresses written out."""
    marked = marked.replace("<ins>¶</ins>", "").replace("<del>¶</del>", "").replace("(https://a.example/)", "")
    return seen(re.sub(f"<{tag}>.*?</{tag}>", "", marked, flags=re.DOTALL), is_markup=True)


def words(text: object) -> list[str]:
    """Return the words of a text, each as often as it stands there."""
    return sorted(words_of(tokenize(str(text or ""))))


@given(RICH)
def test_markup_survives_the_way_through_tokens(text: str) -> None:
    once = render(tokenize(text))
    assert clean_rich_text(once) == once
    assert tokenize(once) == tokenize(text)


@given(st.one_of(RICH, PLAIN), st.one_of(RICH, PLAIN))
def test_marked_words_are_all_words_of_both(before: str, after: str) -> None:
    marked = str(mark_words(before, after))
    assert without("del", marked) == seen(after, is_markup=is_rich(after))
    assert without("ins", marked) == seen(before, is_markup=is_rich(before))


@given(VALUES)
def test_who_changed_nothing_gets_the_other_side(three: tuple[object, object, object]) -> None:
    base, one, _other = three
    assert three_way(base, base, one).merged == one  # type: ignore[arg-type]
    assert three_way(base, one, base).merged == one  # type: ignore[arg-type]
    assert three_way(base, one, one).merged == one  # type: ignore[arg-type]


@given(VALUES)
def test_it_is_no_matter_who_is_who(three: tuple[object, object, object]) -> None:
    base, one, other = three
    left, right = three_way(base, one, other), three_way(base, other, one)  # type: ignore[arg-type]
    assert left.is_clean == right.is_clean
    if isinstance(left.merged, list) and isinstance(right.merged, list):
        assert set(map(str, left.merged)) == set(map(str, right.merged))
    else:
        assert left.merged == right.merged


@given(TEXTS)
def test_no_word_of_either_side_is_lost_in_a_conflict(three: tuple[str, str, str]) -> None:
    joined = three_way(*three)
    for conflict in joined.conflicts:
        for side in (conflict.theirs, conflict.new):
            assert not set(words(side)) - set(words(joined.draft))
    assert joined.is_clean != is_unfinished(joined.draft)


@given(st.tuples(RICH, RICH, RICH))
def test_a_merge_is_clean_markup(three: tuple[str, str, str]) -> None:
    joined = three_way(*three)
    assert isinstance(joined.draft, str)
    assert clean_rich_text(joined.draft) in {joined.draft, clean_rich_text(f"<p>{joined.draft}</p>")}


@given(TEXTS)
def test_a_merge_holds_what_each_side_added(three: tuple[str, str, str]) -> None:
    joined = three_way(*three)
    if joined.is_clean:
        added = (set(words(three[1])) | set(words(three[2]))) - set(words(three[0]))
        assert added <= set(words(joined.merged))


@given(TEXTS)
def test_columns_hold_their_own_text(three: tuple[str, str, str]) -> None:
    columns = three_columns(*three)
    for column, text in zip((columns.base, columns.theirs, columns.new), three, strict=True):
        assert without("del", str(column)) == seen(text, is_markup=is_rich(text))


def test_words_are_marked_where_they_changed() -> None:
    marked = mark_words("<p>Die Steuer kostet 48,00 € im Jahr.</p>", "<p>Die Steuer kostet 60,00 € im Jahr.</p>")
    assert marked == Markup("<p>Die Steuer kostet <del>48,00</del> <ins>60,00</ins> € im Jahr.</p>")


def test_a_paragraph_that_went_stands_among_the_others() -> None:
    marked = mark_words("<p>Eins.</p><p>Zwei.</p><p>Drei.</p>", "<p>Eins.</p><p>Drei.</p>")
    assert marked == Markup("<p>Eins.</p><p><del>Zwei.</del></p><p>Drei.</p>")


def test_an_entry_that_came_stands_in_its_list() -> None:
    marked = mark_words("<ul><li>Pass</li></ul>", "<ul><li>Foto</li><li>Pass</li></ul>")
    assert marked == Markup("<ul><li><ins>Foto</ins></li><li>Pass</li></ul>")


def test_another_address_behind_the_same_words_is_seen() -> None:
    marked = mark_words(
        '<p><a href="https://alt.example/">Amt</a></p>', '<p><a href="https://neu.example/">Amt</a></p>'
    )
    assert "(https://alt.example/)" in marked
    assert "(https://neu.example/)" in marked


def test_marked_text_is_escaped() -> None:
    assert "<script" not in mark_words("a", "<script>alert(1)</script>")
    assert "javascript:" not in mark_words("", '<p><a href="javascript:alert(1)">x</a></p>')


@pytest.mark.parametrize(
    ("base", "theirs", "new", "merged"),
    [
        # Different sentences.
        (
            "<p>Melden Sie den Hund an.</p><p>Das kostet 48 € im Jahr.</p>",
            "<p>Melden Sie den Hund im Rathaus an.</p><p>Das kostet 48 € im Jahr.</p>",
            "<p>Melden Sie den Hund an.</p><p>Das kostet 60 € im Jahr.</p>",
            "<p>Melden Sie den Hund im Rathaus an.</p><p>Das kostet 60 € im Jahr.</p>",
        ),
        # One adds to a list what the other takes out of it elsewhere.
        (
            "<ul><li>Pass</li><li>Foto</li><li>Antrag</li></ul>",
            "<ul><li>Pass</li><li>Foto</li><li>Antrag</li><li>Vollmacht</li></ul>",
            "<ul><li>Foto</li><li>Antrag</li></ul>",
            "<ul><li>Foto</li><li>Antrag</li><li>Vollmacht</li></ul>",
        ),
        (["Hund", "Steuer"], ["Hund", "Steuer", "Dackel"], ["Steuer", "Tier"], ["Steuer", "Dackel", "Tier"]),
        (
            {"kind": "fixed", "amount_cents": 1},
            {"kind": "fixed", "amount_cents": 2},
            {"kind": "fixed", "amount_cents": 1, "unit": "pro Jahr"},
            {"kind": "fixed", "amount_cents": 2, "unit": "pro Jahr"},
        ),
    ],
)
def test_changes_at_different_places_are_joined(base: object, theirs: object, new: object, merged: object) -> None:
    joined = three_way(base, theirs, new)  # type: ignore[arg-type]
    assert joined.is_clean
    assert joined.merged == merged


def test_both_at_the_same_word_is_a_conflict() -> None:
    joined = three_way(
        "<p>Das kostet 48 € im Jahr.</p>", "<p>Das kostet 50 € im Jahr.</p>", "<p>Das kostet 60 € im Jahr.</p>"
    )
    assert not joined.is_clean
    assert joined.merged is None
    assert [(one.theirs, one.new) for one in joined.conflicts] == [("50", "60")]
    assert joined.draft == "<p>Das kostet ⟦ 50 ‖ 60 ⟧ € im Jahr.</p>"


def test_both_at_the_same_part_of_a_fee_is_a_conflict() -> None:
    joined = three_way({"amount_cents": 1}, {"amount_cents": 2}, {"amount_cents": 3})
    assert [one.name for one in joined.conflicts] == ["amount_cents"]
    assert joined.draft == {"amount_cents": 2}


def test_empty_on_purpose_against_a_new_text_is_a_conflict() -> None:
    joined = three_way("<p>Alt</p>", None, "<p>Neu</p>")
    assert [one.origin for one in joined.segments] == [Origin.CONFLICT]
    assert joined.draft == "<p>Neu</p>"


def test_a_page_of_the_same_word_is_compared_at_once() -> None:
    assert "<ins>" in mark_words("a " * 15_000, "a " * 7_000 + "b " + "a " * 7_000)
