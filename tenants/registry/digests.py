"""What of the directory a site's pages show, as a short text that changes only when that does.

A tenant's pages name itself, its region, its district and, for a district, its towns. An umbrella's pages name the
region and its listed members. So a change in one region leaves the pages of the others, and a rollout, which moves
nothing but versions of schemas, leaves them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from tenants.registry.sites import Site, Snapshot, TenantInfo, directory

# Of the snapshot in force: host → digest. Replaced as a whole, so nothing has to be thrown away.
_known: tuple[Snapshot | None, dict[str, str]] = (None, {})


def digest_of(site: Site) -> str:
    """Return the digest of what the pages of a site show of the directory; made once for each snapshot."""
    global _known  # noqa: PLW0603 -- one tuple, replaced whole
    snapshot = directory.snapshot()
    if _known[0] is not snapshot:
        _known = (snapshot, {})
    if snapshot.sites.get(site.host) is not site:
        # Found in a snapshot that was replaced since: what is made of it must not pass for the new one's.
        return _digest(site, snapshot)
    digests = _known[1]
    found = digests.get(site.host)
    if found is None:
        found = digests[site.host] = _digest(site, snapshot)
    return found


def _digest(site: Site, snapshot: Snapshot) -> str:
    shown = hashlib.blake2b(repr(site.region).encode(), digest_size=12)
    for tenant in _tenants_shown(site, snapshot):
        shown.update(repr(replace(tenant, schema_version="")).encode())
    return shown.hexdigest()


def _tenants_shown(site: Site, snapshot: Snapshot) -> Iterator[TenantInfo]:
    own = site.tenant
    if own is not None:
        yield own
    for tenant in snapshot.tenants.values():
        if own is not None:
            is_shown = tenant.id == own.district_id or (tenant.district_id == own.id and tenant.is_listed)
        else:
            is_shown = tenant.is_listed and site.region is not None and tenant.region_slug == site.region.slug
        if is_shown:
            yield tenant
