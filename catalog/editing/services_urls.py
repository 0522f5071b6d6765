"""Addresses of the editors' work on services, below /redaktion/leistungen/."""

from django.urls import path

from catalog.editing import (
    field_views,
    head_views,
    list_views,
    preview_views,
    review_views,
    service_views,
    version_views,
)

_FIELD = "<slug:slug>/feld/<slug:name>/<slug:language>/"

urlpatterns = [
    path("", list_views.services, name="services"),
    path("ansichten/", list_views.saved_views, name="saved_views"),
    path("ansichten/<uuid:view_id>/teilen/", list_views.share_saved_view, name="share_saved_view"),
    path("ansichten/<uuid:view_id>/loeschen/", list_views.delete_saved_view, name="delete_saved_view"),
    path("neu/", service_views.service_new, name="service_new"),
    path("regeln/", review_views.rules, name="rules"),
    path("<slug:slug>/", service_views.service, name="service"),
    path("<slug:slug>/freigeben/", service_views.approve, name="approve"),
    path("<slug:slug>/archivieren/", service_views.archive, name="archive"),
    path("<slug:slug>/wiederherstellen/", service_views.restore, name="restore"),
    path("<slug:slug>/eckdaten/", head_views.head, name="head"),
    path("<slug:slug>/sperre/<slug:name>/", field_views.field_lock, name="field_lock"),
    path(_FIELD, field_views.field, name="field"),
    path(f"{_FIELD}sichern/", field_views.field_autosave, name="field_autosave"),
    path(f"{_FIELD}verwerfen/", field_views.field_discard, name="field_discard"),
    path(f"{_FIELD}entfernen/", field_views.field_remove, name="field_remove"),
    path("<slug:slug>/vorschau/", preview_views.preview, name="preview"),
    path("<slug:slug>/pruefung/", review_views.review, name="review"),
    path("<slug:slug>/pruefung/einreichen/", review_views.review_submit, name="review_submit"),
    path("<slug:slug>/pruefung/zurueckholen/", review_views.review_recall, name="review_recall"),
    path("<slug:slug>/pruefung/zurueckgeben/", review_views.review_send_back, name="review_send_back"),
    path("<slug:slug>/pruefung/veroeffentlichen/", review_views.review_publish, name="review_publish"),
    path("<slug:slug>/pruefung/verwerfen/", review_views.review_discard, name="review_discard"),
    path("<slug:slug>/fassungen/", version_views.versions, name="versions"),
    path("<slug:slug>/fassungen/<int:number>/zurueckholen/", version_views.version_restore, name="version_restore"),
]
