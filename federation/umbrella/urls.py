"""Addresses of the umbrella portal, below the language."""

from django.urls import path, re_path

from federation.umbrella.views import choosing, comparison, files, pages, services, situations, topics

app_name = "umbrella"
urlpatterns = [
    path("", pages.home, name="home"),
    path("kommunen/", choosing.municipalities, name="municipalities"),
    path("kommunen/suche/", choosing.find, name="find"),
    path("kommunen/vorschlaege/", choosing.suggestions, name="suggestions"),
    path("kommunen/in-der-naehe/", choosing.nearby, name="nearby"),
    path("kommune/waehlen/", choosing.choose, name="choose"),
    path("kommune/aendern/", choosing.change, name="change"),
    path("suche/", services.search, name="search"),
    path("suche/vorschlaege/", services.search_suggestions, name="search_suggestions"),
    path("leistungen/", services.services, name="services"),
    path("leistungen/<slug:slug>/", services.service, name="service"),
    path("leistungen/<slug:slug>/vergleich/", comparison.compare, name="compare"),
    path("themen/", topics.topics, name="topics"),
    path("themen/<slug:code>/", topics.topic, name="topic"),
    path("lebenslagen/", situations.situations, name="situations"),
    path("lebenslagen/<slug:slug>/", situations.situation, name="situation"),
    # As it is printed, without a slash at the end; people type one all the same.
    re_path(r"^l/(?P<code>[0-9A-Za-z]{6})/?$", services.short_link, name="short_link"),
    path("mitglieder/", pages.members, name="members"),
    path("impressum/", pages.imprint, name="imprint"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("barrierefreiheit.json", pages.accessibility_json, name="accessibility_json"),
    path("barrierefreiheit/rueckmeldung/", pages.feedback, name="feedback"),
    path("leichte-sprache/", pages.easy_language, name="easy_language"),
    path("gebaerdensprache/", pages.sign_language, name="sign_language"),
    path("thema.css", files.theme, name="theme"),
    path("robots.txt", files.robots, name="robots"),
    path("sitemap.xml", files.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", files.sitemap_part, name="sitemap_part"),
]
