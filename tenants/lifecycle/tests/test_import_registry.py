"""What an archive says of its tenant's entry in the registry is checked before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenants.context import as_migration, as_operator
from tenants.errors import DomainError
from tenants.lifecycle.services import Wish, export_tenant, import_tenant
from tenants.lifecycle.tests.conftest import SYSTEM, Town
from tenants.lifecycle.tests.repacking import contents_of, repack
from tenants.registry.models import Tenant
from tenants.registry.sites import directory

REGISTRY = "settings/registry.json"


@pytest.fixture
def forge(town: Town, folder: Path) -> Callable[..., Path]:
    """Return how to make an archive whose entry says something else."""
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "a.tar.gz").path

    def made(**changes: object) -> Path:
        entry: dict[str, Any] = json.loads(contents_of(archive)[REGISTRY])
        changed = json.dumps({**entry, **changes}).encode()
        return repack(archive, folder / "forged.tar.gz", changes={REGISTRY: changed})

    return made


FORGERIES: dict[str, dict[str, object]] = {
    "a name that is too long": {"name": "x" * 500},
    "an official name that is too long": {"official_name": "x" * 500},
    "a postcode that is none": {"postcodes": ["123456789"]},
    "a state that is none": {"state_code": "ABC"},
    "fewer than nobody": {"population": -1},
    "a sign that no text holds": {"name": "a\0b"},
    "a life that only a departure gives": {"state": {"life": "offboarding"}},
    "a life before that is none": {"state": {"life": "suspended", "life_before": "paradise"}},
    "a reason that is too long": {"state": {"life": "suspended", "suspended_reason": "x" * 500}},
    "a district without a key": {"kind": "district", "codes": []},
    "a key that is none": {"codes": [{"ags": "abcdefgh", "ars": "055580040004", "valid_from": "2020-01-01"}]},
    "a key that ends before it begins": {
        "codes": [{"ags": "05558004", "ars": "055580040004", "valid_from": "2020-01-01", "valid_to": "2019-01-01"}]
    },
    "a key that ends on no day": {
        "codes": [{"ags": "05558004", "ars": "055580040004", "valid_from": "2020-01-01", "valid_to": "soon"}]
    },
}


@pytest.mark.parametrize("what", FORGERIES)
def test_an_entry_that_can_not_be_is_refused_and_said(town: Town, forge: Callable[..., Path], what: str) -> None:
    with as_operator():
        before = dict(Tenant.objects.values_list("slug", "district_id"))
    archive = forge(**FORGERIES[what])
    with pytest.raises(DomainError) as refused:
        import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=f"{town.slug}-neu", is_training=True))
    assert (refused.value.code, REGISTRY in refused.value.user_message) == ("archive_damaged", True)
    with as_operator():
        assert dict(Tenant.objects.values_list("slug", "district_id")) == before


def test_what_is_as_long_as_it_may_be_comes_in(town: Town, forge: Callable[..., Path]) -> None:
    archive = forge(name="x" * 120, official_name="y" * 200, codes=[], population=0, postcodes=[])
    new = f"{town.slug}-neu"
    import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=new, is_training=True))
    assert directory.reload().tenants[new].ref.slug == new
    with as_migration():
        assert Tenant.objects.get(slug=new).name == "x" * 120
