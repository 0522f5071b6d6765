"""Addresses of offices and people, and of their editors in the workspace."""

from django.urls import path

from shared_services.directory.views import public, staff

app_name = "directory"
urlpatterns = [
    path("stellen/", public.units, name="units"),
    path("stellen/<slug:slug>/", public.unit, name="unit"),
    path("ansprechpersonen/<uuid:person_id>/", public.person, name="person"),
    path("verwaltung/stellen/", staff.staff_units, name="staff_units"),
    path("verwaltung/stellen/neu/", staff.staff_unit_new, name="staff_unit_new"),
    path("verwaltung/stellen/<uuid:unit_id>/", staff.staff_unit, name="staff_unit"),
    path("verwaltung/stellen/<uuid:unit_id>/loeschen/", staff.staff_unit_delete, name="staff_unit_delete"),
    path("verwaltung/stellen/<uuid:unit_id>/personen/neu/", staff.staff_person_new, name="staff_person_new"),
    path("verwaltung/stellen/personen/<uuid:person_id>/", staff.staff_person, name="staff_person"),
    path(
        "verwaltung/stellen/personen/<uuid:person_id>/loeschen/", staff.staff_person_delete, name="staff_person_delete"
    ),
]
