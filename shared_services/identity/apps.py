"""Sign-in, sessions and invitations."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class IdentityConfig(AppConfig):
    """No tables of its own: accounts live with their owners."""

    name = "shared_services.identity"
    label = "identity"

    def ready(self) -> None:
        """Register the check of the built-in login and the first invitation of a new municipality."""
        from shared_services.identity.checks import check_builtin_login  # noqa: PLC0415 -- apps are loading
        from shared_services.identity.onboarding import seed_first_invitation  # noqa: PLC0415 -- see above
        from tenants.provisioning import seeds  # noqa: PLC0415 -- see above

        register(check_builtin_login, Tags.security)
        seeds.register("identity.first_invitation", seed_first_invitation)
