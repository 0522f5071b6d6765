"""Figures of German text."""

from __future__ import annotations

import pytest

from catalog.quality.readability import count_syllables, measure, split_sentences


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("Hund", 1), ("Abend", 2), ("Oma", 2), ("Haus", 1), ("Häuser", 2), ("Steuer", 2), ("Quelle", 2), ("Anmeldung", 3),
     ("Einwohnermeldeamt", 6), ("BGB", 1), ("Kaffee", 2), ("Zuständigkeit", 4)],
)  # fmt: skip
def test_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_sentences_end_where_readers_stop() -> None:
    text = (
        "<h3>Ohne Punkt</h3><p>Sie zahlen z. B. 48,00 Euro bis zum 1. Januar. Nach § 3 Abs. 2 gilt das auch.</p>"
        "<ul><li>Ihr Personalausweis</li><li>ein Foto</li></ul><p>Haben Sie Fragen? Rufen Sie an: 02043 99</p>"
    )
    assert split_sentences(text) == [
        "Sie zahlen z B 48,00 Euro bis zum 1 Januar",
        "Nach § 3 Abs 2 gilt das auch",
        "Ihr Personalausweis",
        "ein Foto",
        "Haben Sie Fragen",
        "Rufen Sie an",
        "02043 99",
    ]


def test_addresses_are_no_words() -> None:
    found = measure(
        "<p>Schreiben Sie an info@gladbeck.example oder lesen Sie https://www.gladbeck.example/steuern/hund.</p>"
    )
    assert found is not None
    assert found.words == 6


def test_the_formulas_by_hand() -> None:
    """Seven words in one sentence: one is long and has many syllables, five have one syllable."""
    found = measure("Die Stadt prüft den Antrag auf Wohnberechtigung.")
    assert found is not None
    many, length, long, single = 100 / 7, 7.0, 100 / 7, 100 * 5 / 7
    assert found.school_year == round(0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * single - 0.875, 1)
    assert found.lix == round(length + long, 1)


def test_plain_text_reads_easier_than_officialese() -> None:
    plain = measure(
        "<p>Sie haben einen Hund? Dann melden Sie ihn an. Das geht im Rathaus. Sie bekommen eine Marke.</p>"
    )
    official = measure(
        "<p>Die Hundesteuerpflichtigkeit beginnt grundsätzlich mit der Aufnahme des steuerpflichtigen Tieres in den "
        "Haushalt oder Wirtschaftsbetrieb, wobei die Anmeldeverpflichtung durch die Haltungsberechtigten innerhalb der "
        "satzungsrechtlich festgelegten Ausschlussfrist gegenüber der Steuerverwaltung wahrgenommen werden muss.</p>"
    )
    assert plain is not None
    assert official is not None
    assert plain.school_year < 5
    assert official.school_year > 14
    assert plain.lix < 30
    assert official.lix > 60
    assert (plain.long_sentences, official.long_sentences) == (0, 1)


def test_passive_voice_is_hinted_at() -> None:
    found = measure(
        "Der Antrag wird geprüft. Die Gebühr wurde bezahlt. Wir prüfen den Antrag. Es wird kalt. Sie werden informiert."
    )
    assert found is not None
    assert found.passive_sentences == 3


@pytest.mark.parametrize("text", ["", "<p></p>", "<h3>Nur eine Überschrift</h3>", "123, 456."])
def test_what_has_no_sentence_has_no_figures(text: str) -> None:
    assert measure(text) is None
