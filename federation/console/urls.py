"""Addresses of the console's pages."""

from django.urls import path

from federation.console import views

app_name = "console"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("ausrollung/", views.rollout, name="rollout"),
    path("ausrollung/stand/", views.rollout_state, name="rollout_state"),
    path("protokoll/", views.trail, name="trail"),
    path("redaktion/", views.editors, name="editors"),
    path("redaktion/neu/<slug:region>/", views.editor_new, name="editor_new"),
    path("redaktion/<uuid:account_id>/", views.editor, name="editor"),
    path("redaktion/<uuid:account_id>/einladen/", views.editor_invite, name="editor_invite"),
    path("redaktion/<uuid:account_id>/beenden/", views.editor_deactivate, name="editor_deactivate"),
    path("redaktion/<uuid:account_id>/freigeben/", views.editor_reactivate, name="editor_reactivate"),
    path("redaktion/<uuid:account_id>/zweiter-faktor/", views.editor_reset_factor, name="editor_reset_factor"),
    path("e-mail/", views.mail, name="mail"),
    path("rueckmeldungen/", views.feedback, name="feedback"),
    path("rueckmeldungen/<uuid:feedback_id>/erledigt/", views.feedback_handled, name="feedback_handled"),
    path("rueckmeldungen/<uuid:feedback_id>/loeschen/", views.feedback_delete, name="feedback_delete"),
    path("kommunen/", views.tenants, name="tenants"),
    path("kommunen/neu/", views.onboard, name="onboard"),
    path("kommunen/<slug:slug>/", views.tenant, name="tenant"),
    path("kommunen/<slug:slug>/sperren/", views.suspend, name="suspend"),
    path("kommunen/<slug:slug>/freigeben/", views.resume, name="resume"),
    path("kommunen/<slug:slug>/zustand/", views.life, name="life"),
    path("kommunen/<slug:slug>/entfernen/", views.offboard, name="offboard"),
    path("abgaenge/", views.departures, name="departures"),
    path("abgaenge/<uuid:departure_id>/", views.departure, name="departure"),
    path("abgaenge/<uuid:departure_id>/abbrechen/", views.cancel_departure, name="cancel_departure"),
    path("kommunen/<slug:slug>/einladung/", views.invitation, name="invitation"),
    path("kommunen/<slug:slug>/zugriff/", views.support, name="support"),
    path("kommunen/<slug:slug>/zugriff/<uuid:access_id>/beenden/", views.end_support, name="end_support"),
    path("zugriff/weitergeben/", views.pass_on, name="pass_on"),
    path("kommunen/<slug:slug>/fehler-erledigt/", views.clear_error, name="clear_error"),
    path("kommunen/<slug:slug>/adressen/", views.domains, name="domains"),
    path("kommunen/<slug:slug>/adressen/hauptadresse/", views.make_primary, name="make_primary"),
    path("kommunen/<slug:slug>/adressen/entfernen/", views.remove_domain, name="remove_domain"),
]
