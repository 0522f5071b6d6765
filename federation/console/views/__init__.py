"""The console's pages. Each lets only people of an IT provider in, and finds their own tenants only."""

from federation.console.views.departures import cancel_departure, departure, departures, offboard
from federation.console.views.domains import domains, make_primary, remove_domain
from federation.console.views.editors import (
    editor,
    editor_deactivate,
    editor_invite,
    editor_new,
    editor_reactivate,
    editor_reset_factor,
    editors,
)
from federation.console.views.feedback import feedback, feedback_delete, feedback_handled
from federation.console.views.life import clear_error, life, resume, suspend
from federation.console.views.mail import mail
from federation.console.views.onboarding import onboard
from federation.console.views.overview import overview, tenants
from federation.console.views.rollout import rollout, rollout_state
from federation.console.views.support import end_support, pass_on, support
from federation.console.views.tenant import invitation, tenant
from federation.console.views.trail import trail

__all__ = (
    "cancel_departure",
    "clear_error",
    "departure",
    "departures",
    "domains",
    "editor",
    "editor_deactivate",
    "editor_invite",
    "editor_new",
    "editor_reactivate",
    "editor_reset_factor",
    "editors",
    "end_support",
    "feedback",
    "feedback_delete",
    "feedback_handled",
    "invitation",
    "life",
    "mail",
    "make_primary",
    "offboard",
    "onboard",
    "overview",
    "pass_on",
    "remove_domain",
    "resume",
    "rollout",
    "rollout_state",
    "support",
    "suspend",
    "tenant",
    "tenants",
    "trail",
)
