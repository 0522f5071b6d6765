"""Routes of a town's staff, under /verwaltung/. The dashboard there is the portal's."""

from django.urls import path

from shared_services.identity import views
from shared_services.identity.urls_common import urlpatterns as common

app_name = "identity"

urlpatterns = [
    *common,
    path("einladung/<str:token>/", views.invitation, name="invitation"),
    path("konto/abwesenheit/", views.absence, name="absence"),
    path("konto/abwesenheit/beenden/", views.end_absence, name="end_absence"),
    path("team/", views.team, name="team"),
    path("team/einladen/", views.invite, name="invite"),
    path("team/einladungen/<uuid:invitation_id>/zurueckziehen/", views.withdraw, name="withdraw"),
    path("team/<uuid:account_id>/", views.member, name="member"),
    path("team/<uuid:account_id>/zugang-erneuern/", views.renew_access, name="renew_access"),
    path("team/<uuid:account_id>/zweiter-faktor/", views.reset_factor, name="reset_factor"),
    path("team/<uuid:account_id>/deaktivieren/", views.deactivate, name="deactivate"),
    path("zugriff/", views.support, name="support"),
    path("zugriff/regeln/", views.support_rules, name="support_rules"),
    path("zugriff/zurueck/", views.support_returned, name="support_returned"),
    path("zugriff/verlassen/", views.leave_support, name="leave_support"),
    path("zugriff/<uuid:access_id>/", views.enter_support, name="enter_support"),
    path("zugriff/<uuid:access_id>/zustimmen/", views.allow_support, name="allow_support"),
    path("zugriff/<uuid:access_id>/beenden/", views.end_support, name="end_support"),
]
