"""Addresses of the console's pages."""

from django.urls import path

from federation.console import views

app_name = "console"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("ausrollung/", views.rollout, name="rollout"),
    path("ausrollung/stand/", views.rollout_state, name="rollout_state"),
    path("kommunen/", views.tenants, name="tenants"),
    path("kommunen/neu/", views.onboard, name="onboard"),
    path("kommunen/<slug:slug>/", views.tenant, name="tenant"),
    path("kommunen/<slug:slug>/sperren/", views.suspend, name="suspend"),
    path("kommunen/<slug:slug>/freigeben/", views.resume, name="resume"),
    path("kommunen/<slug:slug>/zustand/", views.life, name="life"),
    path("kommunen/<slug:slug>/einladung/", views.invitation, name="invitation"),
    path("kommunen/<slug:slug>/fehler-erledigt/", views.clear_error, name="clear_error"),
    path("kommunen/<slug:slug>/adressen/", views.domains, name="domains"),
    path("kommunen/<slug:slug>/adressen/hauptadresse/", views.make_primary, name="make_primary"),
    path("kommunen/<slug:slug>/adressen/entfernen/", views.remove_domain, name="remove_domain"),
]
