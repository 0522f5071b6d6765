"""Mail: the server answers, nothing waits for long, and what did not arrive is known."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Final

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from tenants.doctor.finding import Finding
from tenants.doctor.queries import fetch
from tenants.mail.answers import judge
from tenants.mail.services import can_send_mail

_WAITING: Final = """
SELECT count(*), coalesce(max(last_answer), '') FROM mail_outgoingmail
WHERE state = 'waiting' AND created_at < now() - interval '1 hour'
"""
_PROBLEMS: Final = """
SELECT coalesce(t.slug, ''), coalesce(nullif(p.region, ''), '–'), count(*), max(p.code)
FROM mail_mailproblem p LEFT JOIN registry_tenant t ON t.id = p.tenant_id
WHERE p.at > now() - interval '7 days' GROUP BY 1, 2 ORDER BY 1, 2
"""


def examine_mail() -> Iterator[Finding]:
    """Ask the mail server for nothing (connect, STARTTLS, sign in, NOOP); name mail that waits or did not arrive."""
    yield from _examine_server()
    ((count, answer),) = fetch(_WAITING)
    if count:
        what = _("{count} E-Mails warten länger als eine Stunde. Letzte Antwort: {answer}").format(
            count=count, answer=answer or "–"
        )
        advice = _("Laufen die Worker, und nimmt der Mailserver an? „verbund mail test ADRESSE“ zeigt seine Antwort.")
        yield Finding("problem", "mail_waiting", "", what, advice)
    for slug, region, number, code in fetch(_PROBLEMS):
        what = _("{count} E-Mails kamen in sieben Tagen nicht an (Region {region}, zuletzt {code})").format(
            count=number, region=region, code=code
        )
        advice = _("„verbund mail problems“ oder die Seite „E-Mail“ der Konsole sagen, warum.")
        yield Finding("note", "mail_problems", slug, what, advice)


def _examine_server() -> Iterator[Finding]:
    connection = get_connection(fail_silently=False)
    if not can_send_mail() or not isinstance(connection, EmailBackend):
        return
    try:
        connection.open()
        code, said = connection.connection.noop() if connection.connection else (0, b"")
        if code != 250:
            raise smtplib.SMTPResponseException(code, said)
    except (OSError, ValueError) as problem:
        answer = judge(problem)
        reason = f"{answer.code} {answer.said}".strip() if answer else type(problem).__name__
        what = _("Der Mailserver {host} antwortet nicht, wie er soll: {reason}").format(
            host=f"{connection.host}:{connection.port}", reason=reason
        )
        advice = _("Prüfen Sie VERBUND_SMTP_HOST, _PORT, _SECURITY, _USER und _PASSWORD. E-Mails warten so lange.")
        yield Finding("problem", "mail_server", "", what, advice)
    finally:
        connection.close()
