"""What stands across the work area while somebody of the IT provider is in the portal."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.ui.chrome import VisitBand
from federation.ui.paths import here
from shared_services.identity.requests import running_visit_of
from tenants.actors import ANONYMOUS, Actor
from tenants.staff.visits import get_visit


def visit_band(request: HttpRequest) -> VisitBand | None:
    """Return the band for the visitor and for administrators; a query only while a visit goes on."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    is_visitor = actor.kind == "support"
    running = running_visit_of(request) if is_visitor or "administrator" in actor.roles else None
    visit = get_visit(running) if running else None
    if visit is None or visit.until is None:
        return None
    time = timezone.localtime(visit.until).strftime("%H:%M")
    if is_visitor:
        text = _("Sie arbeiten hier bis {time} Uhr. Die Kommune sieht es und kann den Zugriff jederzeit beenden.")
        return VisitBand(text.format(time=time), leave_url=here("/verwaltung/zugriff/verlassen/"))
    text = _("{person} ist gerade in Ihrem Portal, längstens bis {time} Uhr. Grund: {reason}")
    said = text.format(person=visit.full_name, time=time, reason=visit.reason)
    return VisitBand(said, url=here("/verwaltung/zugriff/"))
