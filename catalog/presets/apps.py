"""What regions decided that their towns begin with."""

from typing import ClassVar

from tenants.rights import ALL, READ, Rights, SharedAppConfig


class PresetsConfig(SharedAppConfig):
    """Shared app: read by everyone with the catalogue, written by a region's editors (in `catalog.editing`)."""

    name = "catalog.presets"
    label = "presets"
    verbose_name = "Presets of regions"
    rights: ClassVar[Rights] = {"RegionPreset": {**READ, "editor": ALL}}
