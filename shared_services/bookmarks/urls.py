"""Routes of remembered services in a town's portal."""

from django.urls import path

from shared_services.bookmarks import views

app_name = "bookmarks"

urlpatterns = [
    path("gemerkt/", views.bookmarks, name="bookmarks"),
    path("gemerkt/<uuid:bookmark_id>/entfernen/", views.remove, name="remove"),
    path("merken/<slug:slug>/", views.bookmark, name="bookmark"),
]
