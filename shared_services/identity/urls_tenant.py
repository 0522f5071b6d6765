"""Routes of a town's staff, under /verwaltung/. The dashboard there is the portal's."""

from django.urls import path

from shared_services.identity import views

app_name = "identity"

urlpatterns = [
    path("anmelden/", views.sign_in, name="sign_in"),
    path("abmelden/", views.sign_out, name="sign_out"),
    path("einladung/<str:token>/", views.invitation, name="invitation"),
    path("konto/", views.account, name="account"),
    path("konto/passwort/", views.change_password, name="change_password"),
    path("konto/post/", views.mail_choices, name="mail_choices"),
    path("konto/sitzungen/", views.end_other_sessions, name="end_other_sessions"),
    path("team/", views.team, name="team"),
    path("team/einladen/", views.invite, name="invite"),
    path("team/einladungen/<uuid:invitation_id>/zurueckziehen/", views.withdraw, name="withdraw"),
    path("team/<uuid:account_id>/", views.member, name="member"),
    path("team/<uuid:account_id>/zugang-erneuern/", views.renew_access, name="renew_access"),
    path("team/<uuid:account_id>/deaktivieren/", views.deactivate, name="deactivate"),
]
