"""Clone a tenant as a training copy: what is personal never leaves the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import as_operator, in_tenant
from tenants.errors import InvalidInput
from tenants.lifecycle import filestore
from tenants.lifecycle.errors import plain_failures
from tenants.lifecycle.exporting import managed_tenant, write_archive
from tenants.lifecycle.importing import Imported, import_tenant
from tenants.lifecycle.locking import only_work_on
from tenants.lifecycle.placing import Wish, checked_slug
from tenants.lifecycle.progress import Progress, silent
from tenants.names import schema_name
from tenants.registry.trail import record_support
from tenants.staff.invitations import NewInvitation, create_first_invitation


@dataclass(frozen=True)
class Cloned:
    """A training copy, and the invitation of its first administrator: its token is shown once."""

    imported: Imported
    invitation: NewInvitation | None


def clone_tenant(
    *,
    actor: Actor,
    slug: str,
    new_slug: str,
    host: str = "",
    admin_email: str = "",
    on_progress: Progress = silent,
) -> Cloned:
    """Make a training copy of a tenant under another name, without what its apps declare as personal.

    The copy answers at a host of its own, says on each page that it is one, and is listed nowhere. Staff accounts are
    not copied: somebody is invited. Files come along only where a column that is not personal names them.

    Effects: an archive without personal data lies beside the tenants' files while this runs.
    Raises: as `export_tenant` and `import_tenant`; Conflict when a table has no declaration; InvalidInput (field
    `admin_email`). If only the invitation fails the copy stays; a new link comes from the operators' console.
    """
    _check_email(admin_email)
    name = checked_slug(new_slug)
    with plain_failures(), only_work_on(name), _workshop(name) as folder:
        archive = folder / "copy.tar.gz"
        with only_work_on(slug):
            original = managed_tenant(actor, slug)
            write_archive(original, target=archive, is_training=True, on_progress=on_progress)
        wish = Wish(slug=name, host=host, is_training=True)
        imported = import_tenant(actor=actor, archive=archive, wish=wish, on_progress=on_progress)
        on_progress(_("Administration wird eingeladen"), 0, 0)
        with as_operator(), transaction.atomic():
            data = {"slug": imported.tenant.slug}
            record_support(actor=actor, tenant=original, action="tenant.cloned", data=data)
            with in_tenant(imported.tenant.ref):
                invitation = create_first_invitation(actor=actor, email=admin_email)
    return Cloned(imported, invitation)


@contextmanager
def _workshop(slug: str) -> Iterator[Path]:
    """Yield an empty folder beside the tenants' files; what a killed run has left there goes first."""
    folder = filestore.media_root() / f".cloning-{schema_name(slug)}"
    filestore.remove_folder(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        filestore.remove_folder(folder)


def _check_email(given: str) -> None:
    """Refuse a wrong address before anything is made."""
    if not given:
        return
    try:
        validate_email(given)
    except ValidationError as wrong:
        message = _("Geben Sie eine E-Mail-Adresse an, zum Beispiel vorname.nachname@stadt.de.")
        raise InvalidInput(message, data={"fields": {"admin_email": [message]}}) from wrong
