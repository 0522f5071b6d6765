"""The way of every editor: fill a form, send it, see what was refused, or both versions when somebody was faster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from shared_services.portal.editing import EditState
from shared_services.portal.services.changes import STALE
from shared_services.portal.staff_forms.base import Difference, EditForm
from tenants.errors import Conflict, InvalidInput

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def posted_from(route: str) -> Callable[[View[P]], View[P]]:
    """Let a view answer a sent form only; whoever follows a link to it is led to the page of the form."""

    def decorator(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(route, args=args, kwargs=kwargs))
            return view(request, *args, **kwargs)

        return guarded

    return decorator


@dataclass(frozen=True, slots=True)
class Outcome:
    """A form to show again, and why."""

    form: Any
    status: HTTPStatus = HTTPStatus.OK
    differences: list[Difference] = field(default_factory=list)
    changed_by: str = ""

    def context(self) -> dict[str, Any]:
        """Return what `_editor.html` needs."""
        is_stale = self.status is HTTPStatus.CONFLICT
        return {
            "form": self.form,
            "is_stale": is_stale,
            "differences": self.differences,
            "changed_by": self.changed_by,
        }


def submit(form: EditForm, *, save: Callable[[], object], state: Callable[[], EditState]) -> Outcome | None:
    """Save a sent form and return None, or what to show instead. `state` reads the stored values anew."""
    if not form.is_valid():
        return Outcome(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        save()
    except InvalidInput as refused:
        form.add_refusal(refused)
        return Outcome(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refused:
        if refused.code != STALE:
            raise
        now = state()
        renewed = form.renewed(now)
        return Outcome(renewed, HTTPStatus.CONFLICT, renewed.differences(now), now.updated_by)
    return None
