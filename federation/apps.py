"""The project as a Django app: joins the rooms below with the broker."""

from django.apps import AppConfig


class FederationConfig(AppConfig):
    """No tables. Makes the Celery application the current one and lets what is committed wake its workers."""

    name = "federation"
    label = "federation"

    def ready(self) -> None:
        """Connect."""
        from federation.celery import app  # noqa: PLC0415 -- settings must stand first
        from federation.tasks import deliver_mail, project_outbox  # noqa: PLC0415
        from tenants.mail.services import on_mail  # noqa: PLC0415
        from tenants.outbox.services import on_publish  # noqa: PLC0415

        app.set_default()
        on_publish(project_outbox.delay)
        on_mail(deliver_mail.delay)
