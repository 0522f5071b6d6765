"""Routes of a town's staff, under /verwaltung/. The dashboard there is the portal's."""

from django.urls import path

from shared_services.identity import views

app_name = "identity"

urlpatterns = [
    path("anmelden/", views.sign_in, name="sign_in"),
    path("anmelden/zurueck/", views.returned, name="returned"),
    path("anmelden/code/", views.second_factor, name="second_factor"),
    path("abmelden/", views.sign_out, name="sign_out"),
    path("einladung/<str:token>/", views.invitation, name="invitation"),
    path("konto/", views.account, name="account"),
    path("konto/passwort/", views.change_password, name="change_password"),
    path("konto/post/", views.mail_choices, name="mail_choices"),
    path("konto/sitzungen/", views.end_other_sessions, name="end_other_sessions"),
    path("konto/zweiter-faktor/", views.factor, name="factor"),
    path("konto/zweiter-faktor/entfernen/", views.remove_factor, name="remove_factor"),
    path("konto/zweiter-faktor/codes/", views.renew_recovery_codes, name="renew_recovery_codes"),
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
