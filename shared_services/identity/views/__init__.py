"""Pages of the built-in login, by topic."""

from shared_services.identity.views.access import invitation, sign_in, sign_out
from shared_services.identity.views.account import account, change_password, end_other_sessions, mail_choices
from shared_services.identity.views.editors import editor_invitation
from shared_services.identity.views.team import deactivate, invite, member, renew_access, team, withdraw

__all__ = (
    "account",
    "change_password",
    "deactivate",
    "editor_invitation",
    "end_other_sessions",
    "invitation",
    "invite",
    "mail_choices",
    "member",
    "renew_access",
    "sign_in",
    "sign_out",
    "team",
    "withdraw",
)
