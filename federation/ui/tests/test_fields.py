"""Django's fields as the form macros show them."""

from datetime import date
from typing import Any

from django import forms
from django.template import engines

from federation.ui.fields import as_field, form_errors


class Application(forms.Form):
    """A form with one field of every kind that pages use."""

    name = forms.CharField(label="Name", help_text="Wie im Ausweis")
    mail = forms.EmailField(label="E-Mail", required=False)
    secret = forms.CharField(label="Passwort", widget=forms.PasswordInput)
    born = forms.DateField(label="Geburtsdatum", widget=forms.SelectDateWidget)
    way = forms.ChoiceField(label="Weg", choices=[("a", "Post"), ("b", "Abholung")], widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label="Themen", choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple, required=False
    )
    state = forms.ChoiceField(label="Land", choices=[("", "–"), ("Gruppe", [("05", "NRW")])])
    agreed = forms.BooleanField(label="Einverstanden")
    proof = forms.FileField(label="Nachweis", required=False)
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 8}))
    origin = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse the form as a whole, too."""
        self.add_error(None, "Bitte später.")
        return self.cleaned_data


def test_every_widget_has_its_kind() -> None:
    kinds = {bound.name: as_field(bound).kind for bound in Application()}
    assert kinds == {
        "name": "text",
        "mail": "email",
        "secret": "password",
        "born": "date_parts",
        "way": "radios",
        "topics": "checkboxes",
        "state": "select",
        "agreed": "checkbox",
        "proof": "file",
        "text": "textarea",
        "origin": "hidden",
    }


def test_values_come_back_but_never_a_password() -> None:
    data = {
        "name": "Kim",
        "secret": "geheim",
        "born_day": "31",
        "born_month": "2",
        "born_year": "1984",
        "way": "b",
        "topics": ["y"],
        "state": "05",
    }
    form = Application(data)
    assert as_field(form["name"]).value == "Kim"
    assert as_field(form["secret"]).value == ""
    assert as_field(form["born"]).value == {"day": "31", "month": "2", "year": "1984"}
    assert [one.selected for one in as_field(form["way"]).options] == [False, True]
    assert [one.selected for one in as_field(form["topics"]).options] == [False, True]
    assert [one.label for one in as_field(form["state"]).options if one.selected] == ["NRW"]
    assert "geheim" not in _rendered(form)


def test_typed_dates_reach_djangos_widget() -> None:
    form = Application({"born_day": "27", "born_month": "3", "born_year": "1984"})
    form.is_valid()
    assert form.cleaned_data["born"] == date(1984, 3, 27)


def test_error_summary_names_fields_in_order_and_links_to_their_first_input() -> None:
    found = form_errors(Application({"name": "Kim"}))
    assert (found[0].text, found[0].href) == ("Bitte später.", "")
    hrefs = [one.href for one in found[1:]]
    assert hrefs[:4] == ["#id_secret", "#id_born_day", "#id_way_0", "#id_state"]
    html = _rendered(Application({"name": "Kim"}))
    assert all(f'id="{href[1:]}"' in html for href in hrefs if href)


def test_hint_and_error_are_announced_with_the_input() -> None:
    view = as_field(Application({})["name"])
    assert view.described_by == "id_name-hint id_name-error"
    html = _rendered(Application({}))
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_dict_will_do() -> None:
    view = as_field(
        {"name": "plz", "label": "PLZ", "kind": "select", "options": [("1", "eins")], "value": 1}, width="4"
    )
    assert (view.id, view.width, view.options[0].selected) == ("id_plz", "4", True)


def _rendered(form: forms.Form) -> str:
    source = '{% import "ui/components/forms.html" as f %}{% for one in form %}{{ f.field(one) }}{% endfor %}'
    return str(engines["jinja2"].from_string(source).render({"form": form}))
