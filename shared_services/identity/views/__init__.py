"""Pages of those who work here, by topic."""

from shared_services.identity.views.absence import absence, end_absence
from shared_services.identity.views.account import account, end_other_sessions, mail_choices
from shared_services.identity.views.support import (
    allow_support,
    end_support,
    enter_support,
    leave_support,
    support,
    support_returned,
    support_rules,
)
from shared_services.identity.views.team import (
    deactivate,
    invite,
    member,
    renew_access,
    reset_factor,
    team,
    withdraw,
)
from shared_services.identity.views.ways import (
    change_password,
    editor_invitation,
    factor,
    invitation,
    operator_invitation,
    remove_factor,
    renew_recovery_codes,
    returned,
    second_factor,
    sign_in,
    sign_out,
)

__all__ = (
    "absence",
    "account",
    "allow_support",
    "change_password",
    "deactivate",
    "editor_invitation",
    "end_absence",
    "end_other_sessions",
    "end_support",
    "enter_support",
    "factor",
    "invitation",
    "invite",
    "leave_support",
    "mail_choices",
    "member",
    "operator_invitation",
    "remove_factor",
    "renew_access",
    "renew_recovery_codes",
    "reset_factor",
    "returned",
    "second_factor",
    "sign_in",
    "sign_out",
    "support",
    "support_returned",
    "support_rules",
    "team",
    "withdraw",
)
