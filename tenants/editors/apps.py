"""Editors of the shared catalogue."""

from typing import ClassVar

from tenants.rights import Rights, SharedAppConfig


class EditorsConfig(SharedAppConfig):
    """Shared app that the editors' own role and the operators, who let people in, may see; no town and no umbrella."""

    name = "tenants.editors"
    label = "editors"
    rights: ClassVar[Rights] = {
        "EditorAccount": {"editor": "SELECT, UPDATE", "operator": "SELECT, INSERT, UPDATE"},
        "EditorScope": {"editor": "SELECT", "operator": "SELECT, INSERT, DELETE"},
        "EditorInvitation": {"editor": "SELECT, UPDATE", "operator": "SELECT, INSERT, DELETE"},
    }
