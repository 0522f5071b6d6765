"""The handbook names every variable the code reads."""

import re

from federation.settings.environment import ROOT

_NAME = re.compile(r"VERBUND_[A-Z][A-Z_]*[A-Z]")
_READ = re.compile(r"""(?:environ[^"\n]*|text\(|flag\(|number\(|items\()\s*["'](VERBUND_[A-Z_]+)["']""")


def test_every_variable_is_described() -> None:
    described = set(_NAME.findall((ROOT / "docs" / "operator" / "settings.md").read_text(encoding="utf-8")))
    read = {
        name
        for room in ("federation", "shared_services", "catalog", "tenants")
        for path in (ROOT / room).rglob("*.py")
        for name in _READ.findall(path.read_text(encoding="utf-8"))
    }
    assert "VERBUND_MODE" in read
    assert sorted(read - described) == []
