"""Addresses of the services in a town's work area."""

from django.urls import path

from catalog.decisions import views
from catalog.decisions.field_views import field, reset_field

app_name = "catalog_decisions"
urlpatterns = [
    path("", views.services, name="services"),
    path("themen/", views.category_labels, name="category_labels"),
    path("<slug:slug>/", views.service, name="service"),
    path("<slug:slug>/entscheidung/", views.decide, name="decide"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/", field, name="field"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/zuruecksetzen/", reset_field, name="reset_field"),
]
