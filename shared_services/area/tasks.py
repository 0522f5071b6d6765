"""Once a day: references whose account is gone."""

from __future__ import annotations

from celery import shared_task

from shared_services.area.services import forget_orphans


@shared_task(name="shared_services.area.tidy")  # type: ignore[untyped-decorator]  # Celery ships no types
def tidy() -> None:
    """Forget references that lead to nobody."""
    forget_orphans()
