"""What is left of a tenant's trail when the tenant is removed: anchors, and the provider's entries without persons."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from tenants.audit.hashing import content_digest
from tenants.audit.models import AnchorKind, AuditAnchor, AuditChain, AuditCheck, AuditEntry, AuditSeal
from tenants.audit.sealing import chain_head, hold_chain, make_anchor


def forget_tenant(*, tenant_id: UUID, role: str, kept_keys: Collection[str]) -> tuple[int, int]:
    """Delete a tenant's own trail and take what is personal out of the IT provider's entries about it.

    Those keep time, action, subject, the key of whoever acted, and of `data` the keys named; their seals stay good. Of
    the tenant's chain its anchors stay, the last one says where it ended. Return how many entries were deleted and how
    many are kept. Only the owner of the tables may: for the removal of a tenant, in its transaction. Idempotent.
    """
    _end_chain(tenant_id, role)
    deleted, _rows = AuditEntry.objects.filter(owner_role=role, tenant_id=tenant_id).delete()
    about = AuditEntry.objects.filter(tenant_id=tenant_id)
    for writer in sorted(set(about.values_list("owner_role", flat=True))):
        hold_chain(writer, waits=True)
    kept = list(about)
    _take_salt(kept)
    for entry in kept:
        entry.actor_name = ""
        entry.data = {key: value for key, value in entry.data.items() if key in kept_keys}
    AuditEntry.objects.bulk_update(kept, ["actor_name", "data"], batch_size=500)
    return deleted, len(kept)


def _end_chain(tenant_id: UUID, role: str) -> None:
    hold_chain(role, waits=True)
    chain = AuditChain.objects.filter(owner_role=role, tenant_id=tenant_id, ended_at__isnull=True).first()
    if chain is None:
        if not AuditChain.objects.filter(tenant_id=tenant_id).exists():
            # Nothing was sealed yet; that it has gone is still known.
            AuditChain.objects.create(owner_role="", tenant_id=tenant_id, ended_at=timezone.now())
        return
    make_anchor(chain, chain_head(chain.id), kind=AnchorKind.END, day=timezone.localdate())
    AuditSeal.objects.filter(chain_id=chain.id).delete()
    AuditCheck.objects.filter(chain_id=chain.id).delete()
    # Without the role's name: whoever comes to live under it begins with nothing.
    AuditAnchor.objects.filter(chain_id=chain.id).update(owner_role="")
    AuditChain.objects.filter(id=chain.id).update(owner_role="", ended_at=Now())


def _take_salt(entries: list[AuditEntry]) -> None:
    """Keep the digest of what is about to be erased, and take away what would let somebody guess it."""
    seals = {seal.entry_id: seal for seal in AuditSeal.objects.filter(entry_id__in=[entry.id for entry in entries])}
    changed = []
    for entry in entries:
        seal = seals.get(entry.id)
        if seal is not None and bytes(seal.salt):
            seal.content, seal.salt = content_digest(entry, bytes(seal.salt)), b""
            changed.append(seal)
    AuditSeal.objects.bulk_update(changed, ["content", "salt"], batch_size=500)
