"""One mail by hand, past the queue, for whoever sets a mail server up."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import get_connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.errors import Conflict
from tenants.mail.answers import Answer
from tenants.mail.content import MailContent, render
from tenants.mail.delivery import hand_over
from tenants.mail.envelopes import Envelope
from tenants.mail.models import OutgoingMail
from tenants.mail.services import can_send_mail, require_address


def try_mail(*, to: str) -> Answer | None:
    """Hand a test mail to the server now; return None when it was taken, else what was said.

    Raises: Conflict where no server is set; InvalidInput for an address that is none.
    """
    if not can_send_mail():
        raise Conflict(_("Es ist kein Mailserver eingestellt. Setzen Sie VERBUND_SMTP_HOST."), code="no_mail_server")
    require_address(to)

    def compose() -> MailContent:
        return MailContent(subject=_("Test der E-Mail"), paragraphs=(_("wenn Sie das lesen, kommt E-Mail an."),))

    rendered = render(compose, language="de", sender_name="Verbund", home_url="")
    mail = OutgoingMail(
        kind="test",
        language="de",
        sender_name="Verbund",
        expires_at=timezone.now() + timedelta(days=1),
    )
    mail.envelope = Envelope(to, rendered.subject, rendered.text, rendered.html)
    connection = get_connection(fail_silently=False)
    try:
        return hand_over(mail, connection)
    finally:
        connection.close()
