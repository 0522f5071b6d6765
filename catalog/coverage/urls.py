"""Addresses of the region's editors' pages on quality, under /redaktion/qualitaet/ on the umbrella."""

from django.urls import path

from catalog.coverage import views

app_name = "catalog_coverage"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("kommunen.csv", views.towns_csv, name="towns_csv"),
    path("links/", views.links, name="links"),
    path("links/pruefen/", views.check_link, name="check_link"),
    path("verlauf/", views.history, name="history"),
    path("verlauf.csv", views.history_csv, name="history_csv"),
]
