"""The gallery renders every component, with no missing variable and no id twice."""

import re
from collections import Counter

import pytest
from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.test import RequestFactory, override_settings
from django.utils import translation
from jinja2 import StrictUndefined

from federation.ui import samples, views
from federation.ui.chrome import Chrome

PLAIN_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def rendered(language: str) -> str:
    """Return the gallery's page as the console shows it, strict about missing variables."""
    options = {**settings.TEMPLATES[0]["OPTIONS"], "undefined": StrictUndefined, "context_processors": []}
    engine = Jinja2({"NAME": "strict", "DIRS": [], "APP_DIRS": True, "OPTIONS": options})
    sections = [{"id": id_, "title": title, "part": part} for id_, title, part in views.SECTIONS]
    context = {
        "chrome": Chrome(language=language),
        "samples": samples,
        "sections": sections,
        "icon_names": ["search"],
        "messages": [],
    }
    request = RequestFactory().get("/gestaltung/")
    with translation.override(language):
        return str(engine.get_template("ui/gallery.html").render(context, request))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.urls("federation.urls.console")
@override_settings(STORAGES=PLAIN_STORAGES)
def test_everything_renders_and_ids_are_unique(language: str) -> None:
    html = rendered(language)
    assert f'<html lang="{language}"' in html
    twice = [name for name, times in Counter(re.findall(r'\sid="([^"]*)"', html)).items() if times > 1]
    assert twice == []
    assert " style=" not in html
    for part in views.SECTIONS:
        assert f'id="{part[0]}"' in html
