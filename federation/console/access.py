"""Fetch what a page is about, for whoever asks: another operator's tenant looks like none."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.requests import actor_of
from tenants.errors import NotAllowed
from tenants.registry.selectors import Record, get_tenant_record


def operator_id_of(request: HttpRequest) -> UUID:
    """Return the operator whose tenants this person sees.

    Raises: NotAllowed; `operator_required` has sent everyone without one to sign in.
    """
    operator_id = actor_of(request).operator_id
    if operator_id is None:
        raise NotAllowed(_("Melden Sie sich mit einem Zugang Ihres IT-Dienstleisters an."))
    return operator_id


def own_tenant(request: HttpRequest, slug: str) -> Record:
    """Return a tenant of the person's own operator.

    Raises: NotFound.
    """
    return get_tenant_record(slug, operator_id=operator_id_of(request))
