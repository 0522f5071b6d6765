"""Addresses of the pages on quality in a town's work area."""

from django.urls import path

from catalog.quality import views

app_name = "catalog_quality"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("leistungen/", views.services, name="services"),
    path("leistungen.csv", views.services_csv, name="services_csv"),
    path("links/", views.links, name="links"),
    path("links/pruefen/", views.check_link, name="check_link"),
    path("verlauf/", views.history, name="history"),
    path("verlauf.csv", views.history_csv, name="history_csv"),
]
