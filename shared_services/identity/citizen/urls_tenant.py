"""Routes of citizens on a town's portal. The account itself is at the umbrella, one for all towns."""

from django.urls import path

from shared_services.area import views as area
from shared_services.identity.citizen.urls_common import urlpatterns as common

app_name = "citizen"

urlpatterns = [
    path("", area.here, name="overview"),
    *common,
]
