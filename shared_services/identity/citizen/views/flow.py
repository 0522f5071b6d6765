"""Begin a sign-in, come back from it, sign out: on towns and umbrellas alike."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import get_args

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_services.accounts.changeselsewhere import ChangeElsewhere, note_change_elsewhere
from shared_services.identity.citizen import attempts, services
from shared_services.identity.citizen.attempts import Attempt
from shared_services.identity.citizen.endings import find_ending
from shared_services.identity.citizen.handover import called_off_path
from shared_services.identity.citizen.oidc import OWN_ACTIONS
from shared_services.identity.citizen.provider import Cancelled, FactorOwed, Proven, SignInOwed
from shared_services.identity.citizen.rights_texts import ending_sentence
from shared_services.identity.citizen.senders import sender_of
from shared_services.identity.citizen.umbrellas import find_anchor, is_question, over_anchor
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash, flash_signed_out
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, site_of
from tenants.errors import DomainError
from tenants.keystore.sealing import get_data_key
from tenants.trust import TrustLevel, parse_trust_level

ACTION: str = "aktion"


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Send to whoever proves people's identity, and from there back to exactly where one wanted to be."""
    target = safe_path(request.GET.get(PARAMETER, ""), default=default_target(request))
    level = max(parse_trust_level(request.GET.get(attempts.LEVEL)), TrustLevel.BASIS)
    actor, action = actor_of(request), request.GET.get(ACTION, "")
    purpose = action if uses_keycloak() and action in OWN_ACTIONS else ""
    hint = request.GET.get(attempts.HINT, "")[:60]
    is_enough = actor.kind == "citizen" and actor.trust_level >= level
    if is_enough and not purpose and not is_question(hint):
        return never_stored(HttpResponseRedirect(target))
    attempt = attempts.new_attempt(target=target, level=level, hint=hint, purpose=purpose)
    try:
        address = services.provider().begin(request, attempt)
    except DomainError as refused:
        return refused_page(request, refused, target=target)
    response = HttpResponseRedirect(address)
    attempts.keep(request, response, attempt)
    return never_stored(response)


@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """Take what comes back from a sign-in, and go on to where the person wanted to be."""
    if uses_keycloak() and not request.GET:
        return _begin_after_mail(request)
    attempt = attempts.take(request, state=request.GET.get("state", "")[:200])
    if attempt is not None and attempt.target.startswith("/en/"):
        translation.activate("en")  # the way back has one address for all languages
    if attempt is None or attempt.purpose.startswith(attempts.WORK):
        note_refusal("state_unknown")
        return refused_page(request, attempts.no_attempt(), target=default_target(request))
    following: Attempt | None = None
    try:
        response = _complete(request, attempt)
    except DomainError as refused:
        response = refused_page(request, refused, target=attempt.target)
    except FactorOwed as owed:
        _tell_change(request, attempt)
        following = replace(owed.attempt, changed=_change_on_the_way(request, attempt))
        response = HttpResponseRedirect(owed.address)
    except SignInOwed as owed:
        response = HttpResponseRedirect(owed.path)
    except Cancelled:
        elsewhere = called_off_path(attempt.target)
        if not elsewhere:
            flash(
                request, _("Sie haben die Anmeldung abgebrochen. Ihre Angaben auf dieser Seite sind noch da."), "info"
            )
        response = HttpResponseRedirect(elsewhere or attempt.target)
    attempts.drop(request, response, attempt, following=following)
    return never_stored(response)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and the sign-in behind it."""
    address = services.sign_out(request)
    flash_signed_out(request, everywhere=True)
    if address:
        return lead_on(request, address)
    return never_stored(HttpResponseRedirect(default_target(request, signed_out=True)))


def refused_page(request: HttpRequest, refused: DomainError, *, target: str) -> HttpResponse:
    """Say why it did not work, and offer to begin anew: nothing that was typed before is lost."""
    context = {"message": refused.user_message, "target": target, "is_away": refused.http_status >= 500}
    return never_stored(render(request, "citizen/refused.html", context, status=refused.http_status))


def lead_on(request: HttpRequest, path: str, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """Lead from a form that was sent to a sign-in, which may be at another host.

    Browsers hold all redirects of a form to the page's policy (`form-action`), so a page in between goes on by itself.
    """
    stays_here = not uses_keycloak() and site_of(request).tenant is None and find_anchor(request) is None
    if request.method != "POST" or stays_here:
        return never_stored(HttpResponseRedirect(path))
    return never_stored(render(request, "citizen/onward.html", {"path": path}, status=status))


def default_target(request: HttpRequest, *, signed_out: bool = False) -> str:
    """Return where people land who come from nowhere: their own area, or the first page once they have left it."""
    is_tenant = site_of(request).tenant is not None
    if signed_out:
        return reverse("portal:home") if is_tenant else reverse("umbrella:home")
    return reverse("citizen:overview")


def _begin_after_mail(request: HttpRequest) -> HttpResponse:
    """Sign in whoever has just chosen a password by a mail's link, and go where they wanted to be before."""
    begun = attempts.newest(request)
    if begun is not None and begun.target.startswith("/en/"):
        translation.activate("en")  # as in `returned`
    target = begun.target if begun is not None else default_target(request)
    if begun is not None and begun.purpose.startswith(attempts.WORK):
        # Whoever works here signs in at that page, and by no means as a citizen.
        return never_stored(HttpResponseRedirect(target))
    return never_stored(HttpResponseRedirect(f"{reverse('citizen:sign_in')}?{urlencode({PARAMETER: target})}"))


def _complete(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    services.limit_returns(request)
    proven = services.provider().complete(request, attempt)
    actor = services.begin_session(request, proven)
    services.require_running(request, proven, since=attempt.begun_at)
    ending = find_ending(proven.provider)
    if ending is not None and not services.is_told(request, proven):
        flash(request, ending_sentence(ending), "warning")
    _note_change(request, attempt, proven)
    _tell_change(request, attempt)
    if actor.trust_level < attempt.trust_level:
        note_refusal("level_not_reached", wanted=attempt.level, given=actor.trust_level.word)
        return level_page(request, wanted=attempt.trust_level, target=attempt.target)
    is_known = services.is_handed_over(proven)
    return HttpResponseRedirect(attempt.target if is_known else over_anchor(request, attempt.target))


def _tell_change(request: HttpRequest, attempt: Attempt) -> None:
    """Say what came of a change at Keycloak, if this sign-in was for one."""
    told = request.GET.get("kc_action_status", "") if attempt.purpose else ""
    if told == "success":
        flash(request, _("Ihre Änderung beim Anmeldedienst ist gespeichert."))
    elif told:
        flash(request, _("Sie haben beim Anmeldedienst nichts geändert. Sie können es noch einmal versuchen."), "info")


def _change_on_the_way(request: HttpRequest, attempt: Attempt) -> str:
    """Return what was changed at Keycloak with this sign-in, or with the one whose second factor this one shows."""
    is_done = request.GET.get("kc_action_status", "") == "success"
    return attempt.purpose if is_done and attempt.purpose in OWN_ACTIONS else attempt.changed


def _note_change(request: HttpRequest, attempt: Attempt, proven: Proven) -> None:
    """Tell the owner of what was changed at Keycloak, as of a change here: it may have been somebody else."""
    changed = _change_on_the_way(request, attempt)
    change = next((one for one in get_args(ChangeElsewhere) if one == changed), None)
    if change is not None:
        key = proven.key or get_data_key(proven.account_id)
        note_change_elsewhere(key, change=change, sender=sender_of(request))


def level_page(
    request: HttpRequest, *, wanted: TrustLevel, target: str, why: str = "", is_kept: bool = False
) -> HttpResponse:
    """Say that a higher trust level is needed, why, and who can give it here; `is_kept`: what was typed waits."""
    ways = services.provider().list_steps_up(wanted)
    context = {
        "wanted": wanted.word,
        "has": actor_of(request).trust_level.word,
        "why": why or _("Für diese Seite muss sicherer feststehen, wer Sie sind."),
        "is_kept": is_kept,
        "ways": ways,
        "target": target,
        "has_second_factor": bool((proof := services.current_proof(request)) and proof.has_second_factor),
    }
    return never_stored(render(request, "citizen/level.html", context, status=HTTPStatus.FORBIDDEN))
