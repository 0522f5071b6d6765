"""Routes of reminders, in the work areas of towns and regions."""

from django.urls import path

from shared_services.notifications import views

app_name = "notifications"

urlpatterns = [
    path("abbestellen/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
