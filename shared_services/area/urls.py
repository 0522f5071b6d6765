"""Routes of "My area" on a region's umbrella."""

from django.urls import path

from shared_services.area import views

app_name = "area"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:slug>/", views.town, name="town"),
]
