"""Addresses of the catalogue in a town's portal."""

from django.urls import path, re_path

from catalog.pages import draft_views, views

app_name = "catalog_pages"
urlpatterns = [
    path("leistungen/", views.services, name="services"),
    path("leistungen/<slug:slug>/", views.service, name="service"),
    path("leistungen/<slug:slug>/leichte-sprache/", views.easy_service, name="easy_service"),
    path("themen/", views.categories, name="categories"),
    path("themen/<slug:code>/", views.category, name="category"),
    path("lebenslagen/", views.situations, name="situations"),
    path("lebenslagen/<slug:slug>/", views.situation, name="situation"),
    path("behoerden/", views.authorities, name="authorities"),
    path("behoerden/<slug:slug>/", views.authority, name="authority"),
    # As it is printed, without a slash at the end; people type one all the same.
    re_path(r"^l/(?P<code>[0-9A-Za-z]{6})/?$", views.short_link, name="short_link"),
    path("verwaltung/leistungen/<slug:slug>/entwuerfe/vorschau/", draft_views.draft_preview, name="draft_preview"),
    path("suche/", views.search, name="search"),
    path("suche/vorschlaege/", views.suggestions, name="suggestions"),
]
