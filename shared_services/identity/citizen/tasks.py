"""Work for later: sessions that a provider has ended, links and sessions that are too old."""

from __future__ import annotations

from celery import shared_task

from shared_services.accounts import registration, sessions
from shared_services.identity.support.ends import end_visits_of_sign_in


@shared_task(name="shared_services.identity.end_sessions_of_provider", acks_late=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def end_sessions_of_provider(*, provider_session: str, subject: str, until: float | None = None) -> None:
    """End the sign-in that a logout token names, and all of its person that began `until` then.

    Citizens' sessions and the IT provider's visits; those of who works here are told by `ended`. A second time changes
    nothing.
    """
    end_visits_of_sign_in(provider_session=provider_session, subject=subject)
    sessions.end_sessions_of_provider(provider_session=provider_session, subject=subject, until=until)


@shared_task(name="shared_services.identity.tidy_accounts")  # type: ignore[untyped-decorator]  # as above
def tidy_accounts() -> None:
    """Forget links, unfinished registrations and sessions that are too old."""
    registration.forget_unfinished()
    sessions.forget_ended_sessions()
