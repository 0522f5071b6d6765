"""The umbrella portal of a region."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class UmbrellaConfig(SharedAppConfig):
    """Shared app: legal pages and feedback of the regions."""

    name = "federation.umbrella"
    label = "umbrella"
    rights: ClassVar[Rights] = {}
