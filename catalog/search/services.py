"""Write the projections anew."""

from __future__ import annotations

from django.db import transaction

from catalog.resolution.values import LANGUAGES
from catalog.search.indexing import write_documents
from catalog.search.models import SearchDocument
from catalog.services.selectors import list_services_for_index
from tenants.context import as_projector


def rebuild_search() -> int:
    """Write all documents anew from the catalogue and return their number. Safe at any time; search goes on meanwhile.

    Documents of services that are gone go too. The towns' decisions are told again by
    `catalog.pages.services.rebuild_projections`.
    """
    with as_projector(), transaction.atomic():
        records = list_services_for_index()
        write_documents(records)
        SearchDocument.objects.exclude(service_id__in=[record.id for record in records]).delete()
    return len(records) * len(LANGUAGES)
