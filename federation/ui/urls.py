"""The gallery's address; mounted on the operator console."""

from django.urls import path

from federation.ui import views

app_name = "ui"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("vorschlaege/", views.gallery_suggestions, name="gallery_suggestions"),
]
