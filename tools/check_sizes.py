"""House style in figures: files, functions and templates stay small enough to be read at one sitting."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("federation", "shared_services", "catalog", "tenants", "tests", "tools")
FILE_NEVER, FILE_RARELY = 500, 300
FUNCTION_NEVER, FUNCTION_RARELY = 60, 40
TEMPLATE_NEVER = 150
RARELY_SHARE = 0.05
BANNED_NAMES = {"utils.py", "helpers.py", "misc.py"}


def python_files() -> Iterator[Path]:
    """Yield our Python files; what Django writes (migrations) is not ours to shorten."""
    for room in SOURCES:
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, line and length of each function, without its docstring's lines and decorators."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            spared = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1 - spared


def main() -> int:
    """Check all sizes; return the exit status."""
    faults: list[str] = []
    files = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in python_files()]
    faults += [f"{_name(path)}: {lines} lines, never over {FILE_NEVER}" for path, lines in files if lines > FILE_NEVER]
    faults += [f"{_name(path)}: name it after what it is about" for path, _ in files if path.name in BANNED_NAMES]
    found = [(path, *function) for path, _ in files for function in functions(path)]
    faults += [
        f"{_name(path)}:{line}: {name} has {length} lines, never over {FUNCTION_NEVER}"
        for path, name, line, length in found
        if length > FUNCTION_NEVER
    ]
    for room in SOURCES:
        for path in sorted((ROOT / room).rglob("jinja2/**/*.html")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > TEMPLATE_NEVER:
                faults.append(f"{_name(path)}: {lines} lines, never over {TEMPLATE_NEVER}")
    long_files = [f"{_name(path)} ({lines})" for path, lines in files if lines > FILE_RARELY]
    long_functions = [f"{_name(path)}:{line} {name} ({length})" for path, name, line, length in found
                      if length > FUNCTION_RARELY]  # fmt: skip
    faults += _rarely(long_files, total=len(files), what=f"files over {FILE_RARELY} lines")
    faults += _rarely(long_functions, total=len(found), what=f"functions over {FUNCTION_RARELY} lines")
    print("\n".join(faults) if faults else f"{len(files)} files and {len(found)} functions are short enough.")
    return 1 if faults else 0


def _rarely(long: list[str], *, total: int, what: str) -> list[str]:
    """Return a fault when more than a small share is long; otherwise only tell."""
    if len(long) > max(1, total * RARELY_SHARE):
        return [f"{len(long)} of {total} {what}; at most {RARELY_SHARE:.0%} may be: {', '.join(long)}"]
    if long:
        print(f"{len(long)} of {total} {what}: {', '.join(long)}")
    return []


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
