"""Whoever works here and opens something of a citizen notes the look: "who looked at my data" tells no lie.

No page of a town, a region or the console shows a person's own data yet. The first one that does fails here until it
calls `accounts.looks.note_look` in the transaction that reads. `test_offers` watches the pages themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("federation", "shared_services", "catalog", "tenants")
KEYS: Final = {"get_data_key", "get_data_keys", "ensure_data_key"}
GUARDS: Final = {
    "staff_required",
    "operator_required",
    "editor_required",
    "editors_only",
    "translators_too",
    "region_editors_only",
}
# Apps that keep something of citizens. Pages of those who work here have no business with them.
PERSONAL: Final = ("shared_services.accounts", "shared_services.bookmarks", "shared_services.area")
_ACCOUNTS: Final = (
    *("attributes", "book", "choices", "deletion", "documents", "emailchange", "entries", "events", "export"),
    *(
        "identities",
        "joining",
        "links",
        "passkeys",
        "people",
        "providerchange",
        "retention",
        "secondfactor",
        "sessions",
        "wrongpasswords",
    ),
    "unlinking",
)
# Who opens a data key, and for whom: their owner alone, or the deployment itself, which shows nobody anything.
OPENERS: Final = {
    # The account, for its owner, and the tasks that keep its periods.
    **{f"shared_services/accounts/{name}.py": "owner" for name in _ACCOUNTS},
    # A town's look, sealed for the owner.
    "shared_services/accounts/looks.py": "owner",
    "shared_services/bookmarks/sealed.py": "owner",
    "shared_services/identity/citizen/drafts.py": "owner",
    "shared_services/identity/citizen/oidc.py": "owner",
    "shared_services/identity/citizen/views/flow.py": "owner",
    # Keys of those who work here, for themselves; and of mails, for delivery.
    "shared_services/identity/staff_oidc/services.py": "worker",
    "tenants/factors.py": "worker",
    "tenants/mail/envelopes.py": "mail",
    # Messages to a town or a region, which are no account's: for those whom they were written to.
    "tenants/keystore/messages.py": "addressee",
    "tenants/keystore/sealing.py": "itself",
}


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Return every module that is no test, by its path."""
    paths = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}
    # Whatever names neither keys nor a guard is not looked at any closer.
    wanted = KEYS | GUARDS
    return {
        name: ast.parse(text)
        for name, text in texts.items()
        if "/tests/" not in name and "/migrations/" not in name and any(word in text for word in wanted)
    }


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a module takes from others: the module, and the name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, one.name) for one in node.names)


def decorators(tree: ast.Module) -> set[str]:
    """Return the names of all decorators in a module."""
    found = (one for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for one in node.decorator_list)
    return {one.id for one in found if isinstance(one, ast.Name)}


def test_whoever_opens_a_persons_key_is_known_or_notes_the_look() -> None:
    openers = set()
    for name, tree in modules().items():
        taken = {one for module, one in imports(tree) if module == "tenants.keystore.sealing"}
        if taken & KEYS or name == "tenants/keystore/sealing.py":
            openers.add(name)
            notes = any(one == "note_look" for _module, one in imports(tree))
            assert name in OPENERS or notes, f"{name} opens a person's data key: note the look, or say here for whom"
    assert set(OPENERS) - openers == set(), "no longer needed"


def test_pages_of_those_who_work_here_open_nothing_of_citizens_unnoted() -> None:
    guarded, wrong = 0, []
    for name, tree in modules().items():
        if not decorators(tree) & GUARDS:
            continue
        guarded += 1
        taken = list(imports(tree))
        personal = [module for module, _one in taken if module.startswith(PERSONAL)]
        if personal and not any(one == "note_look" for _module, one in taken):
            wrong.append(f"{name} takes from {', '.join(sorted(set(personal)))}")
    assert guarded > 20, "the guards have other names now"
    assert wrong == []
