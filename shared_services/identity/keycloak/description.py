"""The readable description of the realm, as values that are checked: `deploy/keycloak/realm.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tenants.yamlfiles import read_yaml

DEPLOY: Final = Path(__file__).resolve().parents[3] / "deploy" / "keycloak"
REALM_FILE: Final = DEPLOY / "realm.yaml"


class DescriptionError(ValueError):
    """A file of `deploy/keycloak` is not what it must be; the message names the place."""


@dataclass(frozen=True, slots=True)
class TrustLevel:
    """One level of proof. `loa` orders levels; `spellings` are what providers say for it."""

    name: str
    loa: int
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What Keycloak keeps of a person beside name and e-mail. `claim`: under which name tokens carry it, if at all."""

    name: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Sessions:
    """How long things last."""

    access_token_minutes: int
    idle_minutes: int
    longest_hours: int
    action_link_hours: int


@dataclass(frozen=True, slots=True)
class Passwords:
    """Rules for passwords."""

    min_length: int
    max_length: int
    history: int


@dataclass(frozen=True, slots=True)
class BruteForce:
    """When an account is locked, and for how long."""

    attempts: int
    first_lock_seconds: int
    longest_lock_minutes: int
    forget_after_hours: int


@dataclass(frozen=True, slots=True)
class RealmDescription:
    """The whole description."""

    display_name: str
    languages: tuple[str, ...]
    theme: str
    trust_levels: tuple[TrustLevel, ...]
    second_factor: TrustLevel
    sessions: Sessions
    passwords: Passwords
    brute_force: BruteForce
    attributes: tuple[Attribute, ...]
    required_actions: tuple[str, ...]

    @property
    def levels(self) -> dict[str, int]:
        """Every value of `acr` with its number, the second factor's included, lowest first."""
        ordered = sorted([*self.trust_levels, self.second_factor], key=lambda level: level.loa)
        return {level.name: level.loa for level in ordered}


def load_description(path: Path = REALM_FILE) -> RealmDescription:
    """Read the description. Raises: DescriptionError for a missing or unknown part, or levels out of order."""
    data = load_yaml(path)
    factor = data.get("second_factor", {})
    try:
        found = RealmDescription(
            display_name=data["display_name"],
            languages=tuple(data["languages"]),
            theme=data["theme"],
            trust_levels=tuple(
                TrustLevel(name, entry["loa"], tuple(entry["spellings"]))
                for name, entry in data["trust_levels"].items()
            ),
            second_factor=TrustLevel(factor["acr"], factor["loa"], ()),
            sessions=Sessions(**data["sessions"]),
            passwords=Passwords(**data["passwords"]),
            brute_force=BruteForce(**data["brute_force"]),
            attributes=tuple(_attribute(entry) for entry in data["attributes"]),
            required_actions=tuple(data["required_actions"]),
        )
    except (KeyError, TypeError) as wrong:
        message = f"{path.name}: {wrong}"
        raise DescriptionError(message) from wrong
    _check_levels(found, path)
    return found


def load_yaml(path: Path) -> dict[str, Any]:
    """Return a file's mapping. Raises: DescriptionError when it cannot be read or is none."""
    try:
        data = read_yaml(path)
    except (OSError, ValueError) as wrong:
        message = f"{path}: {wrong}"
        raise DescriptionError(message) from wrong
    if not isinstance(data, dict):
        message = f"{path.name}: not a mapping"
        raise DescriptionError(message)
    return data


def _attribute(entry: Mapping[str, str]) -> Attribute:
    if entry["by"] != "admin":
        message = f"attribute {entry['name']}: only identity providers and administrators write attributes (by: admin)"
        raise TypeError(message)
    return Attribute(entry["name"], entry.get("claim", ""))


def _check_levels(found: RealmDescription, path: Path) -> None:
    numbers = [level.loa for level in found.trust_levels]
    spellings: Sequence[str] = [text for level in found.trust_levels for text in level.spellings]
    basis, *higher = found.trust_levels
    faults = {
        "trust_levels must stand from the lowest to the highest": numbers == sorted(set(numbers)),
        "a spelling stands at two levels": len(spellings) == len(set(spellings)),
        "a level above the lowest is needed": bool(higher),
        # Else a factor that somebody enrols alone would be worth a proof of identity.
        "second_factor must lie between the lowest level and the next": bool(higher)
        and basis.loa < found.second_factor.loa < higher[0].loa,
        "trust_level must be an attribute without a claim": [
            one.claim for one in found.attributes if one.name == "trust_level"
        ]
        == [""],
    }
    wrong = [fault for fault, holds in faults.items() if not holds]
    if wrong:
        message = f"{path.name}: {'; '.join(wrong)}"
        raise DescriptionError(message)
