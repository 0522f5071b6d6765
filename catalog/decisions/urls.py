"""Addresses of the services in a town's work area."""

from django.urls import path

from catalog.decisions import bulk_views, draft_views, label_views, list_views, views
from catalog.decisions.field_views import field, field_autosave, reset_field
from catalog.decisions.history_views import field_history, restore_field
from catalog.decisions.pin_views import pin
from catalog.decisions.review_views import answer_reviews, review, reviews

app_name = "catalog_decisions"
urlpatterns = [
    path("", list_views.services, name="services"),
    path("themen/", label_views.category_labels, name="category_labels"),
    path("regeln/", draft_views.publishing_rules, name="publishing_rules"),
    path("ansichten/", list_views.saved_views, name="saved_views"),
    path("ansichten/<uuid:view_id>/teilen/", list_views.share_saved_view, name="share_saved_view"),
    path("ansichten/<uuid:view_id>/loeschen/", list_views.delete_saved_view, name="delete_saved_view"),
    path("sammeln/", bulk_views.bulk_changes, name="bulk_changes"),
    path("sammeln/auswahl/", bulk_views.bulk_choose, name="bulk_choose"),
    path("sammeln/vorschau/", bulk_views.bulk_preview, name="bulk_preview"),
    path("sammeln/ausfuehren/", bulk_views.bulk_confirm, name="bulk_confirm"),
    path("sammeln/<uuid:bulk_id>/", bulk_views.bulk_change, name="bulk_change"),
    path("sammeln/<uuid:bulk_id>/rueckgaengig/", bulk_views.undo_bulk, name="undo_bulk"),
    path("pruefungen/", reviews, name="reviews"),
    path("pruefungen/antworten/", answer_reviews, name="answer_reviews"),
    path("<slug:slug>/", views.service, name="service"),
    path("<slug:slug>/entscheidung/", views.decide, name="decide"),
    path("<slug:slug>/voreinstellung/", views.follow_preset, name="follow_preset"),
    path("<slug:slug>/fassung/", pin, name="pin"),
    path("<slug:slug>/entwuerfe/", draft_views.drafts, name="drafts"),
    path("<slug:slug>/entwuerfe/<slug:step>/", draft_views.take_draft_step, name="take_draft_step"),
    path("<slug:slug>/pruefung/<slug:name>/<slug:language>/", review, name="review"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/", field, name="field"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/sichern/", field_autosave, name="field_autosave"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/zuruecksetzen/", reset_field, name="reset_field"),
    path("<slug:slug>/feld/<slug:name>/<slug:language>/verlauf/", field_history, name="field_history"),
    path(
        "<slug:slug>/feld/<slug:name>/<slug:language>/verlauf/<uuid:entry_id>/",
        restore_field,
        name="restore_field",
    ),
]
