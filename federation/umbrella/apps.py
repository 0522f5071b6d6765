"""The umbrella portal of a region."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class UmbrellaConfig(SharedAppConfig):
    """Shared app: legal pages and feedback of the regions. Visitors write feedback and never read it."""

    name = "federation.umbrella"
    label = "umbrella"
    rights: ClassVar[Rights] = {
        "RegionPage": {"umbrella": "SELECT", "operator": "SELECT, UPDATE"},
        "UmbrellaFeedback": {"umbrella": "INSERT", "operator": "SELECT, UPDATE, DELETE"},
    }
