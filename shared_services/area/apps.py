"""A citizen's area over all towns: who has something of theirs, and where."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tenants.rights import ALL, Rights, SharedAppConfig


class AreaConfig(SharedAppConfig):
    """Shared app: written from the towns' outbox, read by the accounts' role for its owner alone."""

    name = "shared_services.area"
    label = "area"
    verbose_name = "My area"
    rights: ClassVar[Rights] = {"AreaReference": {"accounts": ALL, "projector": ALL}}

    def ready(self) -> None:
        """Listen to what towns have of a person, and say how it is exported and erased."""
        from shared_services.accounts.personaldata import register_personal_data  # noqa: PLC0415 -- models are ready now
        from shared_services.area import handlers, services  # noqa: PLC0415
        from tenants.outbox.services import handles  # noqa: PLC0415 -- models are ready now

        handles(handlers.REFERRED)(handlers.project_referred)
        handles(handlers.WITHDRAWN)(handlers.project_withdrawn)
        register_personal_data(
            "area",
            where="deployment",
            label=_("Wo etwas von Ihnen liegt"),
            export=services.export_references,
            erase=services.forget_account,
            join=services.join_references,
        )
