"""The catalogues above a tenant that it may offer its texts to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.contributions.naming import name_target
from catalog.decisions.town import current_town
from catalog.resolution.values import Layer
from tenants.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Target:
    """A catalogue above. `key` stands for it in forms."""

    layer: Layer
    area: str

    @property
    def key(self) -> str:
        """The target in a form: `district:05562`."""
        return f"{self.layer.value}:{self.area}"

    @property
    def name(self) -> str:
        """The target in words: `Kreis Recklinghausen`."""
        return name_target(self.layer.value, self.area)


def list_targets() -> list[Target]:
    """Return where the running context's tenant may offer: a town to district and region, others to the region."""
    town = current_town()
    district = [Target(Layer.DISTRICT, town.ars[:5])] if town.kind == "town" else []
    return [*district, Target(Layer.REGION, town.region_slug)]


def get_target(key: str) -> Target:
    """Return the target that a form names. Raises: InvalidInput (field `target`)."""
    found = next((one for one in list_targets() if one.key == key), None)
    if found is None:
        message = _("Wählen Sie aus der Liste, wem Sie den Text anbieten.")
        raise InvalidInput(message, data={"fields": {"target": [message]}})
    return found
