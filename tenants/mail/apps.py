"""Mail that leaves the deployment."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig

_OWN = "owner_role = current_user"


class MailConfig(SharedAppConfig):
    """Shared app under row-level security: everyone adds mails of their own, only the worker reads them.

    What could not be delivered is told to the operators in a table without addresses.
    """

    name = "tenants.mail"
    label = "mail"
    verbose_name = "Mail"
    rights: ClassVar[Rights] = {
        "OutgoingMail": {
            "tenant": "INSERT",
            "umbrella": "INSERT",
            "operator": "INSERT",
            "editor": "INSERT",
            "accounts": "INSERT",
            "projector": "SELECT, UPDATE, DELETE",
        },
        "MailProblem": {"operator": "SELECT", "projector": "SELECT, INSERT, DELETE"},
    }
    row_rules: ClassVar[Rights] = {
        "OutgoingMail": {
            "tenant": _OWN,
            "umbrella": _OWN,
            "operator": _OWN,
            "editor": _OWN,
            "accounts": _OWN,
            "projector": "true",
        },
    }
