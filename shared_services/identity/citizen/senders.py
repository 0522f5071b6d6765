"""In whose name mails about accounts go out."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.requests import site_of
from tenants.errors import NotFound
from tenants.mail.senders import Sender, region_sender


def sender_of(request: HttpRequest) -> Sender:
    """Return the umbrella of this site: an account belongs to all towns. Raises: NotFound on other sites."""
    region = site_of(request).region
    if region is None:
        raise NotFound(_("Diese Seite gibt es hier nicht. Gehen Sie zur Startseite Ihrer Region."))
    return region_sender(region)
