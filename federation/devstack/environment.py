"""The environment that commands, web server and worker of the demo get."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Final

from federation.devstack.secrets_file import read_private_json, write_private_json

ROOT: Final = Path(__file__).resolve().parent.parent.parent
STATE_DIR: Final = ROOT / ".verbund"
DEMO_DATABASE: Final = "verbund"


def demo_environment(*, database_url: str, redis_url: str, port: int) -> dict[str, str]:
    """Return the environment of the demo's children. What the person set for other purposes stays."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "federation.settings",
        "PYTHONUNBUFFERED": "1",
        "VERBUND_MODE": "demo",
        "VERBUND_DATABASE_URL": database_url,
        "VERBUND_REDIS_URL": redis_url,
        "VERBUND_ROLE_PREFIX": os.environ.get("VERBUND_ROLE_PREFIX", DEMO_DATABASE),
        "VERBUND_SECRET_KEY": demo_secrets()["secret_key"],
        "VERBUND_MASTER_KEYS": demo_secrets()["master_keys"],
        "VERBUND_PUBLIC_SCHEME": "http",
        "VERBUND_PUBLIC_PORT": str(port),
        "VERBUND_DATA_DIR": str(STATE_DIR),
    }


def demo_secrets() -> dict[str, str]:
    """Return keys and the passwords of the application's logins, made once and kept for the next start."""
    path = STATE_DIR / "secrets.json"
    known = read_private_json(path)
    names = ("secret_key", "app_password", "keys_password", "keycloak_password", "keycloak_key")
    wanted = {name: str(known.get(name) or secrets.token_urlsafe(32)) for name in names}
    wanted["master_keys"] = str(known.get("master_keys") or _new_master_keys())
    if wanted != known:
        write_private_json(path, wanted)
    return wanted


def _new_master_keys() -> str:
    """Have the command make them: what starts the servers knows nothing of Django and its libraries."""
    command = [sys.executable, "-m", "federation.cli", "keys", "new"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
