"""Placeholders in legal pages."""

from __future__ import annotations

from shared_services.portal.legal_templates import placeholders_of, template_of
from shared_services.portal.placeholders import fill, fill_once, unknown_placeholders


def test_values_are_escaped_and_addresses_become_links() -> None:
    html = fill("<p>{{ official_name }}<br>{{ email }}</p>", {"official_name": "A & <b>B</b>", "email": "a@b.example"})
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in html
    assert '<a href="mailto:a@b.example">a@b.example</a>' in html


def test_a_missing_value_says_so() -> None:
    assert "(wird noch ergänzt)" in fill("<p>{{ address }}</p>", {"address": ""})


def test_lists_become_lists() -> None:
    assert "<ul><li>Ein Video fehlt</li></ul>" in fill("{{ gaps_list }}", {"gaps_list": ["Ein Video fehlt"]})
    assert "keine Barrieren" in fill("{{ gaps_list }}", {"gaps_list": []})


def test_a_value_never_becomes_a_script() -> None:
    html = fill('<p><a href="{{ address }}">x</a></p>', {"address": "javascript:alert(1)"})
    assert "javascript" not in html


def test_the_state_is_filled_once_and_the_rest_stays() -> None:
    body = fill_once("<p>{{ supervisor_name }}: {{ address }}</p>", {"supervisor_name": "LDI & Co"})
    assert body == "<p>LDI &amp; Co: {{ address }}</p>"
    assert unknown_placeholders(body + "{{ adress }}") == ["adress"]


def test_states_differ_where_their_law_does() -> None:
    assert "Nordrhein-Westfalen" in placeholders_of(template_of("05"), "de")["enforcement_name"]
    assert "NBGG" in placeholders_of(template_of("03"), "de")["accessibility_law"]
    assert template_of("99") == template_of("")


def test_every_template_leaves_live_placeholders_only() -> None:
    for state in ("", "03", "05"):
        template = template_of(state)
        for page in template["pages"].values():
            for language, text in page.items():
                filled = fill_once(text["body"], placeholders_of(template, language))
                assert unknown_placeholders(filled) == []
