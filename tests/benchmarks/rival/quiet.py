"""Our tenant apps with models and migrations alone: what they set up when the product starts needs the product."""

from __future__ import annotations

import importlib
from typing import Any, Final

from django.apps import AppConfig

from federation.settings.apps import TENANT_APPS


def _quiet(app: str) -> type[AppConfig]:
    module = importlib.import_module(f"{app}.apps")
    (own,) = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, AppConfig) and found.__module__ == module.__name__
    ]
    content: dict[str, Any] = {"ready": AppConfig.ready, "__module__": __name__}
    return type(own.__name__, (own,), content)


_CONFIGS: Final = [_quiet(app) for app in TENANT_APPS]
globals().update({config.__name__: config for config in _CONFIGS})

APPS: Final = [f"{__name__}.{config.__name__}" for config in _CONFIGS]
