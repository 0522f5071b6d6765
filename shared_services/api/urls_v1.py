"""Addresses of the programming interface, version 1, under /api/v1/. docs/integrator/api.md describes it."""

from django.urls import path

from shared_services.api import views

app_name = "api_v1"

urlpatterns = [
    path("leistungen/", views.services, name="services"),
]
