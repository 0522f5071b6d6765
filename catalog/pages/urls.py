"""Addresses of the catalogue in a town's portal."""

from django.urls import path

from catalog.pages import views

app_name = "catalog_pages"
urlpatterns = [
    path("leistungen/", views.services, name="services"),
    path("leistungen/<slug:slug>/", views.service, name="service"),
    path("leistungen/<slug:slug>/leichte-sprache/", views.easy_service, name="easy_service"),
    path("themen/", views.categories, name="categories"),
    path("themen/<slug:code>/", views.category, name="category"),
    path("suche/", views.search, name="search"),
    path("suche/vorschlaege/", views.suggestions, name="suggestions"),
]
