"""The matrix of rights, asked of the policies themselves: `tools/rights.py` writes the page, `check` compares it.

A row is a policy (`can_…` in some `policies.py`), its words are the first line of the policy's docstring.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "municipal" / "rights.md"
ROOMS = ("tenants", "catalog", "shared_services", "federation")
LANGUAGE = "language: str"
ASKED = "Whether the actor "
HEAD = """# Who may do what
Written by `tools/rights.py` from the policies, and checked with them: do not edit it by hand.
After a change of a policy run `.venv/bin/python tools/rights.py`.

A person may hold several roles and may do what any of them may. What a policy asks besides the role (whose draft it is,
four eyes) stands in the pages on the thing itself.
"""
Policy = Callable[..., bool]
Row = tuple[str, list[bool]]


def main() -> int:
    """Write or check the page; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
    os.environ.setdefault("VERBUND_MODE", "test")
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415 -- the settings come first

    django.setup()
    page = written()
    if sys.argv[1:] != ["check"]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is not what the policies say. Run: .venv/bin/python tools/rights.py")
    return 1


def written() -> str:
    """Return the page as the policies want it."""
    policies = list(find_policies())
    town = table(town_rows(policies), list(town_actors()))
    region = table(region_rows(policies), list(region_actors()))
    return (
        f"{HEAD}\n## In a town's work area\n*IT provider* is somebody who works there for a while, seen by the town "
        f"([support.md](support.md)).\n\n{town}\n## In a region's shared catalogue\nFor the layers that the person was "
        f"given.\n\n{region}"
    )


def find_policies() -> Iterator[Policy]:
    """Yield every policy of the project that takes an actor, by module and place."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("policies.py")):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for name, found in vars(module).items():
                if name.startswith("can_") and inspect.isfunction(found) and found.__module__ == module.__name__:
                    yield found


def town_actors() -> dict[str, Any]:
    """Return one person of each role of a town, and a visitor of the IT provider."""
    from tenants.actors import Actor  # noqa: PLC0415 -- needs Django
    from tenants.staff.models import Role  # noqa: PLC0415

    town = UUID(int=1)
    actors = {
        role.value: Actor(kind="staff", id=UUID(int=2), tenant_id=town, roles=frozenset({role.value})) for role in Role
    }
    return actors | {"IT provider": Actor(kind="support", id=UUID(int=2), tenant_id=town, support_access=UUID(int=3))}


def region_actors() -> dict[str, Any]:
    """Return one editor of each role, with the region's layer."""
    from tenants.actors import Actor  # noqa: PLC0415 -- needs Django
    from tenants.editors.models import Role  # noqa: PLC0415

    scopes = frozenset({("region", "region")})
    return {
        role.value: Actor(kind="editor", id=UUID(int=2), region="region", roles=frozenset({role.value}), scopes=scopes)
        for role in Role
    }


def town_rows(policies: list[Policy]) -> list[Row]:
    """Return what the roles of a town may do; what none of them may is no matter of a town."""
    from tenants.context import TenantRef, in_tenant  # noqa: PLC0415 -- needs Django

    with in_tenant(TenantRef(id=UUID(int=1), slug="town", schema="t_town", role="town")):
        return rows(policies, town_actors(), {LANGUAGE: {"de": "German", "en": "others"}})


def region_rows(policies: list[Policy]) -> list[Row]:
    """Return what the roles of a region's editors may do on a layer of theirs."""
    from catalog.contributions.models import InboxEntry  # noqa: PLC0415 -- needs Django
    from catalog.editing.models import Draft, DraftState  # noqa: PLC0415
    from catalog.editing.places import Scope  # noqa: PLC0415
    from catalog.resolution.values import Layer  # noqa: PLC0415

    scope = Scope(Layer.REGION, "region")
    given = {
        "layer: str": "region",
        "area: str": "region",
        "region: str": "region",
        "scope: Scope": scope,
        "home: Scope": scope,
        "draft: Draft": Draft(state=DraftState.WRITING, layer="region", area="region"),
        "entry: InboxEntry": InboxEntry(target_layer="region", target_area="region"),
    }
    return rows(policies, region_actors(), given)


def rows(policies: list[Policy], actors: Mapping[str, Any], given: Mapping[str, Any]) -> list[Row]:
    """Ask each policy that needs no more than what is given about each actor."""
    found = []
    for policy in policies:
        # Annotations are texts here: `region` may be a name or the whole thing.
        asked = inspect.signature(policy).parameters.values()
        more = [f"{one.name}: {one.annotation}" for one in asked if one.name != "actor"]
        for words, values in variants(more, given):
            answers = [ask(policy, actor, values) for actor in actors.values()]
            # What everybody may who is nobody, and what no role may, says nothing of roles.
            if any(answers) and not ask(policy, nobody(), values):
                found.append((f"{label(policy)}{words} <!-- {policy.__name__} -->", answers))
    return found


def variants(more: list[str], given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a policy is asked with: once, or for German and for another language."""
    if more == [LANGUAGE] and LANGUAGE in given:
        yield from ((f" ({words})", {"language": code}) for code, words in given[LANGUAGE].items())
    elif set(more) <= set(given):
        yield "", {name.partition(":")[0]: given[name] for name in more}


def ask(policy: Policy, actor: Any, values: Mapping[str, Any]) -> bool:
    """Ask a policy; by keyword where it wants that."""
    return bool(policy(actor, **values))


def nobody() -> Any:
    """Return whoever has not signed in."""
    from tenants.actors import ANONYMOUS  # noqa: PLC0415 -- needs Django

    return ANONYMOUS


def label(policy: Policy) -> str:
    """Return what a policy is about, in its own words and without its reasons."""
    line = (policy.__doc__ or policy.__name__).strip().partition("\n")[0].removeprefix(ASKED).removeprefix("may ")
    words = re.split(r"[:;]|\. ", line)[0].rstrip(".")
    return f"{words[:1].upper()}{words[1:]}"


def table(found: list[Row], names: list[str]) -> str:
    """Return rows as a table."""
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    lines += [f"| {words} | {' | '.join('✓' if one else '–' for one in answers)} |" for words, answers in found]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
