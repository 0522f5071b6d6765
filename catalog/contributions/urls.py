"""Addresses of the contributions in the work area of a region's editors."""

from django.urls import path

from catalog.contributions import field_views, views

app_name = "catalog_contributions"
urlpatterns = [
    path("", views.contributions, name="contributions"),
    path("<uuid:contribution_id>/", views.contribution, name="contribution"),
    path("<uuid:contribution_id>/pruefung/", views.start_review, name="start_review"),
    path("<uuid:contribution_id>/veroeffentlichen/", views.publish, name="publish"),
    path("<uuid:contribution_id>/ablehnen/", views.decline, name="decline"),
    path("<uuid:contribution_id>/feld/<slug:name>/<slug:language>/", field_views.field, name="field"),
    path("<uuid:contribution_id>/feld/<slug:name>/<slug:language>/weglassen/", field_views.leave_out, name="leave_out"),
]
