"""Addresses of the pages on programs' access, under /verwaltung/zugaenge/."""

from django.urls import path

from shared_services.api import token_views

app_name = "api"

urlpatterns = [
    path("", token_views.tokens, name="tokens"),
    path("neu/", token_views.token_new, name="token_new"),
    path("<uuid:token_id>/entziehen/", token_views.token_revoke, name="token_revoke"),
]
