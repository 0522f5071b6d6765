"""Template lint: djlint for shape, and what the content security policy forbids, found before a browser refuses it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("federation", "shared_services", "catalog", "tenants")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORBIDDEN = {
    re.compile(r"<[^>]*\sstyle\s*=", re.DOTALL): "style attribute: use a class, <progress>, <meter> or SVG attributes",
    re.compile(r"<style\b(?![^>]*nonce)", re.DOTALL): "inline style sheet: put it in a static file",
    # A block of data is not run: the policy does not ask about it.
    re.compile(
        r"<script\b(?![^>]*(?:\bsrc\s*=|nonce|application/ld\+json))", re.DOTALL
    ): "inline script: put it in a static file",
    re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.DOTALL): "event handler attribute: listen in a static script",
    re.compile(r"\bhx-on\b"): "hx-on needs eval, which the policy forbids: listen in a static script",
    re.compile(r"href\s*=\s*[\"']javascript:", re.DOTALL): "javascript: address",
    re.compile(
        r"(?:src|href)\s*=\s*[\"']https?://(?!\{)[^\"']+\.(?:js|css|woff2?)"
    ): "third-party file: fetch it by npm",
}
# A mail has no page around it: its style stands in it, because mail programs fetch nothing.
STYLE = ("style attribute", "inline style sheet")


def templates() -> list[Path]:
    """Return all templates of the rooms."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("jinja2/**/*.html"))


def faults(path: Path, environment: Environment) -> Iterator[str]:
    """Yield what is wrong in one template, as file:line: message."""
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    try:
        environment.parse(source)
    except TemplateSyntaxError as wrong:
        yield f"{name}:{wrong.lineno}: {wrong.message}"
    shown = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), source)
    for pattern, message in FORBIDDEN.items():
        if message.startswith(STYLE) and path.parent.name == "mail":
            continue
        for found in pattern.finditer(shown):
            yield f"{name}:{shown.count(chr(10), 0, found.start()) + 1}: {message}"


def main() -> int:
    """Check all templates; return the exit status."""
    environment = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True
    )
    found = templates()
    wrong = [fault for path in found for fault in faults(path, environment)]
    print("\n".join(wrong) if wrong else f"{len(found)} templates keep to the content security policy.")
    shape = subprocess.run([Path(sys.executable).parent / "djlint", *found, "--lint", "--quiet"], cwd=ROOT, check=False)
    return 1 if wrong or shape.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
