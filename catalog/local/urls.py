"""Addresses of a town's own services and contributions in its work area."""

from django.urls import path

from catalog.local import contribution_views, draft_views, field_views, history_views, views

app_name = "catalog_local"
urlpatterns = [
    path("", views.services, name="services"),
    path("neu/", views.new, name="new"),
    path("beitraege/", contribution_views.contributions, name="contributions"),
    path(
        "beitraege/anbieten/<slug:slug>/<slug:name>/<slug:language>/",
        contribution_views.offer_value,
        name="offer_value",
    ),
    path("beitraege/<uuid:contribution_id>/zurueckziehen/", contribution_views.withdraw, name="withdraw"),
    path("<uuid:service_id>/", views.service, name="service"),
    path("<uuid:service_id>/eckdaten/", views.facts, name="facts"),
    path("<uuid:service_id>/vorschau/", views.preview, name="preview"),
    path("<uuid:service_id>/entwuerfe/", draft_views.drafts, name="drafts"),
    path("<uuid:service_id>/entwuerfe/<slug:step>/", draft_views.take_draft_step, name="take_draft_step"),
    path("<uuid:service_id>/einreichen/", views.submit, name="submit"),
    path("<uuid:service_id>/zurueckgeben/", views.send_back, name="send_back"),
    path("<uuid:service_id>/veroeffentlichen/", views.publish, name="publish"),
    path("<uuid:service_id>/archivieren/", views.archive, name="archive"),
    path("<uuid:service_id>/loeschen/", views.delete, name="delete"),
    path("<uuid:service_id>/anbieten/", contribution_views.offer_service, name="offer_service"),
    path("<uuid:service_id>/feld/<slug:name>/<slug:language>/", field_views.field, name="field"),
    path(
        "<uuid:service_id>/feld/<slug:name>/<slug:language>/sichern/", field_views.field_autosave, name="field_autosave"
    ),
    path("<uuid:service_id>/feld/<slug:name>/<slug:language>/leeren/", field_views.clear_field, name="clear_field"),
    path(
        "<uuid:service_id>/feld/<slug:name>/<slug:language>/verlauf/",
        history_views.field_history,
        name="field_history",
    ),
    path(
        "<uuid:service_id>/feld/<slug:name>/<slug:language>/verlauf/<uuid:entry_id>/",
        history_views.restore_field,
        name="restore_field",
    ),
]
