"""Sentences on fields of services, for the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from catalog.services.fields import FIELD_LABELS


def of_field(sentence: str | Promise) -> Callable[[Mapping[str, Any]], str]:
    """Return what says a sentence with the name of the field that an entry's data tell, if they tell one."""

    def say(data: Mapping[str, Any]) -> str:
        name = str(data.get("field") or "")
        label = FIELD_LABELS.get(name, name)
        return _("{what}: {field}").format(what=sentence, field=label) if name else str(sentence)

    return say
