"""Addresses of a town's audit trail, under /verwaltung/protokoll/."""

from django.urls import path

from shared_services.trail import views

app_name = "trail"

urlpatterns = [
    path("", views.entries, name="entries"),
    path("protokoll.csv", views.entries_csv, name="entries_csv"),
    path("protokoll.json", views.entries_json, name="entries_json"),
]
