"""The expected answer of every route to everyone.

A route without an entry fails the test, and so does an entry without a route. Columns: what a GET answers to anonymous,
citizen, staff of this town, staff of another town, operator of another region, and on the console also to the operator
who runs the town; in the editors' work area on the umbrella also to an editor of another region and to one of this
region. `writes` marks a route that takes POST: a POST by whoever has no right to it must leave no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOWHERE: Final = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    """One route: values for its path, and the answers by actor."""

    route: str
    answers: tuple[int, ...]
    values: tuple[tuple[str, str], ...] = ()
    writes: bool = False


def _row(route: str, answers: tuple[int, ...], *, writes: bool = False, **values: str) -> Row:
    return Row(route, answers, tuple(values.items()), writes)


# Open to all: sessions change nothing.
OPEN: Final = (200, 200, 200, 200, 200)
# The work area: only this town's staff; everyone else, other towns' staff and operators included, is asked to sign in.
WORK: Final = (302, 302, 200, 302, 302)
# Takes POST only; who may is told by the test of strangers who post.
WORK_POST: Final = (405, 405, 405, 405, 405)
# Takes POST only, and leads a GET back to the form it belongs to.
WORK_FORM: Final = (302, 302, 302, 302, 302)
# A citizen's own area: whoever is signed in as a citizen here; nobody else's work counts there.
OWN_AREA: Final = (302, 200, 302, 302, 302)
# A thing that does not exist, and looks the same as one of another town.
WORK_MISSING: Final = (302, 302, 404, 302, 302)

TENANT: Final = (
    _row("portal:home", OPEN),
    _row("portal:contact", OPEN),
    _row("portal:imprint", OPEN),
    _row("portal:privacy", OPEN),
    _row("portal:accessibility", OPEN),
    _row("portal:accessibility_json", OPEN),
    _row("portal:easy_language", OPEN),
    _row("portal:sign_language", OPEN),
    _row("portal:feedback", OPEN, writes=True),
    _row("portal:feedback_thanks", OPEN),
    _row("portal:theme_css", OPEN),
    _row("portal:file", (404,) * 5, path="portal/gibt-es-nicht.png"),
    _row("portal:robots", OPEN),
    _row("portal:sitemap", OPEN),
    _row("portal:sitemap_part", OPEN, number="1"),
    _row("catalog_pages:services", OPEN),
    _row("catalog_pages:service", OPEN, slug="hund-anmelden"),
    _row("catalog_pages:easy_service", OPEN, slug="hund-anmelden"),
    _row("catalog_pages:categories", OPEN),
    _row("catalog_pages:category", OPEN, code="umwelt"),
    _row("catalog_pages:situations", OPEN),
    _row("catalog_pages:situation", OPEN, slug="umzug"),
    _row("catalog_pages:authorities", OPEN),
    _row("catalog_pages:authority", OPEN, slug="steueramt"),
    # Leads everyone to the same public page.
    _row("catalog_pages:short_link", (301,) * 5, code="t889db"),
    _row("catalog_pages:search", OPEN),
    _row("catalog_pages:suggestions", OPEN),
    _row("bookmarks:bookmarks", OWN_AREA),
    _row("bookmarks:bookmark", OWN_AREA, slug="hund-anmelden", writes=True),
    _row("bookmarks:remove", WORK_POST, bookmark_id=NOWHERE, writes=True),
    _row("catalog_quality:overview", WORK),
    _row("catalog_quality:services", WORK),
    _row("catalog_quality:services_csv", WORK),
    _row("catalog_quality:links", WORK),
    _row("catalog_quality:check_link", WORK_POST, writes=True),
    _row("catalog_quality:history", WORK),
    _row("catalog_quality:history_csv", WORK),
    _row("catalog_decisions:services", WORK),
    _row("catalog_decisions:category_labels", WORK, writes=True),
    _row("catalog_decisions:service", WORK, slug="hund-anmelden"),
    _row("catalog_decisions:publishing_rules", WORK, writes=True),
    _row("catalog_decisions:drafts", WORK, slug="hund-anmelden"),
    _row("catalog_decisions:take_draft_step", WORK_POST, slug="hund-anmelden", step="veroeffentlichen", writes=True),
    _row("catalog_pages:draft_preview", WORK, slug="hund-anmelden"),
    _row("catalog_decisions:saved_views", WORK, writes=True),
    _row("catalog_decisions:share_saved_view", WORK_POST, view_id=NOWHERE, writes=True),
    _row("catalog_decisions:delete_saved_view", WORK_POST, view_id=NOWHERE, writes=True),
    _row("catalog_decisions:bulk_changes", WORK),
    _row("catalog_decisions:bulk_choose", WORK_FORM, writes=True),
    _row("catalog_decisions:bulk_preview", WORK_FORM, writes=True),
    _row("catalog_decisions:bulk_confirm", WORK_FORM, writes=True),
    _row("catalog_decisions:bulk_change", WORK_MISSING, bulk_id=NOWHERE),
    _row("catalog_decisions:undo_bulk", WORK_MISSING, bulk_id=NOWHERE, writes=True),
    _row("catalog_decisions:decide", WORK_POST, slug="hund-anmelden", writes=True),
    _row("catalog_decisions:follow_preset", WORK_POST, slug="hund-anmelden", writes=True),
    _row("catalog_decisions:field_history", WORK, slug="hund-anmelden", name="title", language="de"),
    _row(
        "catalog_decisions:restore_field",
        WORK_POST,
        slug="hund-anmelden",
        name="title",
        language="de",
        entry_id=NOWHERE,
        writes=True,
    ),
    _row("catalog_decisions:reviews", WORK),
    _row("catalog_decisions:answer_reviews", WORK_POST, writes=True),
    _row(
        "catalog_decisions:review",
        WORK,
        slug="hund-anmelden",
        name="notes",
        language="de",
        writes=True,
    ),
    _row("catalog_decisions:pin", WORK_POST, slug="hund-anmelden", writes=True),
    _row("catalog_decisions:field", WORK, slug="hund-anmelden", name="title", language="de", writes=True),
    _row("catalog_decisions:field_autosave", WORK_POST, slug="hund-anmelden", name="title", language="de", writes=True),
    _row("catalog_decisions:reset_field", WORK_POST, slug="hund-anmelden", name="notes", language="de", writes=True),
    _row("catalog_local:services", WORK),
    _row("catalog_local:new", WORK, writes=True),
    _row("catalog_local:contributions", WORK),
    # Only an own text that holds is offered.
    _row("catalog_local:offer_value", WORK_MISSING, slug="hund-anmelden", name="title", language="de", writes=True),
    _row("catalog_local:withdraw", WORK_POST, contribution_id=NOWHERE, writes=True),
    _row("catalog_local:service", WORK_MISSING, service_id=NOWHERE),
    _row("catalog_local:facts", WORK_MISSING, service_id=NOWHERE, writes=True),
    _row("catalog_local:preview", WORK_MISSING, service_id=NOWHERE),
    _row("catalog_local:drafts", WORK_MISSING, service_id=NOWHERE),
    _row("catalog_local:take_draft_step", WORK_POST, service_id=NOWHERE, step="veroeffentlichen", writes=True),
    _row("catalog_local:submit", WORK_POST, service_id=NOWHERE, writes=True),
    _row("catalog_local:send_back", WORK_POST, service_id=NOWHERE, writes=True),
    _row("catalog_local:publish", WORK_POST, service_id=NOWHERE, writes=True),
    _row("catalog_local:archive", WORK_POST, service_id=NOWHERE, writes=True),
    _row("catalog_local:delete", WORK_MISSING, service_id=NOWHERE, writes=True),
    _row("catalog_local:offer_service", WORK_MISSING, service_id=NOWHERE, writes=True),
    _row("catalog_local:field", WORK_MISSING, service_id=NOWHERE, name="title", language="de", writes=True),
    _row("catalog_local:field_history", WORK_MISSING, service_id=NOWHERE, name="title", language="de"),
    _row(
        "catalog_local:restore_field",
        WORK_POST,
        service_id=NOWHERE,
        name="title",
        language="de",
        entry_id=NOWHERE,
        writes=True,
    ),
    _row("catalog_local:field_autosave", WORK_POST, service_id=NOWHERE, name="notes", language="de", writes=True),
    _row("catalog_local:clear_field", WORK_POST, service_id=NOWHERE, name="notes", language="de", writes=True),
    # Who is signed in is led on to the work area.
    _row("identity:sign_in", (200, 200, 302, 200, 200), writes=True),
    # Nobody comes back from a Keycloak that is not in use.
    _row("identity:returned", (404,) * 5),
    _row("identity:sign_out", (405,) * 5, writes=True),
    _row("identity:invitation", (404,) * 5, token="gibt-es-nicht", writes=True),
    _row("identity:account", WORK),
    _row("identity:change_password", WORK_POST, writes=True),
    _row("identity:end_other_sessions", WORK_POST, writes=True),
    _row("identity:mail_choices", WORK_POST, writes=True),
    # Without a password shown before, there is no code to ask for.
    _row("identity:second_factor", (302,) * 5, writes=True),
    _row("identity:factor", WORK, writes=True),
    _row("identity:remove_factor", WORK_POST, writes=True),
    _row("identity:renew_recovery_codes", WORK_POST, writes=True),
    _row("identity:sign_in_passkey", (405,) * 5),
    _row("identity:passkey_challenge", (405,) * 5),
    _row("identity:confirm_factor", WORK, writes=True),
    _row("identity:confirm_passkey", WORK_POST, writes=True),
    _row("identity:own_passkeys", WORK),
    _row("identity:add_passkey", WORK_POST, writes=True),
    _row("identity:new_passkey_challenge", WORK_POST, writes=True),
    _row("identity:remove_passkey", WORK_POST, passkey_id=NOWHERE, writes=True),
    _row("notifications:unsubscribe", (404,) * 5, token="gibt-es-nicht", writes=True),
    _row("identity:team", WORK),
    _row("identity:invite", WORK_POST, writes=True),
    _row("identity:withdraw", WORK_POST, invitation_id=NOWHERE, writes=True),
    _row("identity:member", WORK_MISSING, account_id=NOWHERE, writes=True),
    _row("identity:renew_access", WORK_POST, account_id=NOWHERE, writes=True),
    _row("identity:absence", WORK, writes=True),
    _row("identity:end_absence", WORK_POST, writes=True),
    _row("identity:reset_factor", WORK_POST, account_id=NOWHERE, writes=True),
    _row("identity:deactivate", WORK_POST, account_id=NOWHERE, writes=True),
    _row("identity:support", WORK),
    _row("identity:support_rules", WORK_POST, writes=True),
    _row("identity:allow_support", WORK_POST, access_id=NOWHERE, writes=True),
    _row("identity:end_support", WORK_POST, access_id=NOWHERE, writes=True),
    _row("identity:leave_support", WORK_POST, writes=True),
    # To the console, which knows who comes; and back without having begun here.
    _row("identity:enter_support", (302,) * 5, access_id=NOWHERE),
    _row("identity:support_returned", (422,) * 5),
    # Programs only: a session of whomever is no token.
    _row("api_v1:services", (401,) * 5),
    _row("api:tokens", WORK),
    _row("api:token_new", WORK, writes=True),
    _row("api:token_revoke", WORK_POST, token_id=NOWHERE, writes=True),
    _row("trail:entries", WORK),
    _row("trail:entries_csv", WORK),
    _row("trail:entries_json", WORK),
    _row("portal:staff_dashboard", WORK),
    _row("portal:staff_branding", WORK, writes=True),
    _row("portal:staff_branding_preview", WORK_FORM, writes=True),
    _row("portal:staff_logo", WORK_FORM, writes=True),
    _row("portal:staff_logo_remove", WORK_POST, writes=True),
    _row("portal:staff_contact", WORK, writes=True),
    _row("portal:staff_hours", WORK, writes=True),
    _row("portal:staff_hours_exception", WORK_FORM, writes=True),
    _row("portal:staff_hours_exception_delete", WORK_POST, exception_id=NOWHERE, writes=True),
    _row("directory:units", OPEN),
    _row("directory:unit", OPEN, slug="steueramt"),
    _row("directory:person", (404,) * 5, person_id=NOWHERE),
    _row("directory:staff_units", WORK),
    _row("directory:staff_unit_new", WORK, writes=True),
    _row("directory:staff_unit", WORK_MISSING, unit_id=NOWHERE, writes=True),
    _row("directory:staff_unit_delete", WORK_MISSING, unit_id=NOWHERE, writes=True),
    _row("directory:staff_person_new", WORK_MISSING, unit_id=NOWHERE, writes=True),
    _row("directory:staff_person", WORK_MISSING, person_id=NOWHERE, writes=True),
    _row("directory:staff_person_delete", WORK_MISSING, person_id=NOWHERE, writes=True),
    _row("portal:staff_notices", WORK),
    _row("portal:staff_notice_new", WORK, writes=True),
    _row("portal:staff_notice", WORK_MISSING, notice_id=NOWHERE, writes=True),
    _row("portal:staff_notice_delete", WORK_MISSING, notice_id=NOWHERE, writes=True),
    _row("portal:staff_pages", WORK),
    _row("portal:staff_accessibility", WORK, writes=True),
    _row("portal:staff_page", WORK, kind="imprint", language="de", writes=True),
    _row("portal:staff_page_preview", WORK_FORM, kind="imprint", language="de", writes=True),
    _row("portal:staff_feedback", WORK),
    _row("portal:staff_feedback_handled", WORK_POST, feedback_id=NOWHERE, writes=True),
    _row("portal:staff_feedback_delete", WORK_MISSING, feedback_id=NOWHERE, writes=True),
)

# Nobody signs in to the public pages of an umbrella: sessions of other hosts mean nothing there.
OWN_ANYWHERE: Final = (
    # On its way to whoever proves people's identity, and back without having begun here.
    ("citizen:sign_in", (302,)),
    ("citizen:returned", (422,)),
    ("citizen:sign_out", (405,)),
    ("citizen:signed_out", (302,)),
    ("citizen:backchannel_logout", (405,)),
)
TENANT_OWN: Final = (
    _row("citizen:overview", OWN_AREA),
    *(_row(route, answer * 5) for route, answer in OWN_ANYWHERE),
)
OWN_AT_UMBRELLA: Final = (*OWN_AREA, 302, 302)
# A thing of one's own that is not there, or somebody else's: both look the same.
OWN_MISSING: Final = (302, 404, 302, 302, 302, 302, 302)
UMBRELLA_OWN: Final = (
    *(_row(route, answer * 7) for route, answer in OWN_ANYWHERE),
    _row("area:overview", OWN_AT_UMBRELLA),
    _row("area:town", OWN_AT_UMBRELLA, slug="gladbeck"),
    _row("citizen:overview", OWN_AT_UMBRELLA),
    _row("citizen:sign_in_form", (200, 302, 200, 200, 200, 200, 200)),
    _row("citizen:second_factor", (302,) * 7),
    _row("citizen:sign_in_passkey", (405,) * 7),
    _row("citizen:passkey_challenge", (405,) * 7),
    # No town was named.
    # Only where providers are played, and never in production.
    _row("citizen:played_provider", (404,) * 7, alias="bundid"),
    _row("citizen:hand_over", (302, 404, 302, 302, 302, 302, 302)),
    _row("citizen:register", (200,) * 7),
    _row("citizen:confirm", (404,) * 7, token="unbekannt"),
    _row("citizen:forgotten", (200,) * 7),
    _row("citizen:reset", (404,) * 7, token="unbekannt"),
    _row("citizen:data", OWN_AT_UMBRELLA),
    _row("citizen:data_group", OWN_AT_UMBRELLA, group="person", writes=True),
    _row("citizen:data_choices", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:data_email", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:data_email_cancel", (405,) * 7, writes=True),
    _row("citizen:confirm_email", OWN_MISSING, token="unbekannt", writes=True),
    _row("citizen:keep_email", (404,) * 7, token="unbekannt"),
    _row("citizen:data_member_new", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:data_member", OWN_MISSING, member_id=NOWHERE, writes=True),
    _row("citizen:data_member_remove", (405,) * 7, member_id=NOWHERE, writes=True),
    _row("citizen:data_business_new", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:data_business", OWN_MISSING, business_id=NOWHERE, writes=True),
    _row("citizen:data_business_document", OWN_MISSING, business_id=NOWHERE, writes=True),
    _row("citizen:data_business_file", OWN_MISSING, business_id=NOWHERE),
    _row("citizen:data_business_document_remove", (405,) * 7, business_id=NOWHERE, writes=True),
    _row("citizen:data_business_remove", (405,) * 7, business_id=NOWHERE, writes=True),
    _row("citizen:devices", OWN_AT_UMBRELLA),
    _row("citizen:end_other_devices", (405,) * 7, writes=True),
    _row("citizen:end_device", (405,) * 7, session_id=NOWHERE, writes=True),
    _row("citizen:history", OWN_AT_UMBRELLA),
    _row("citizen:looks", OWN_AT_UMBRELLA),
    _row("citizen:rights", OWN_AT_UMBRELLA),
    _row("citizen:export_json", (405,) * 7, writes=True),
    _row("citizen:export_pdf", (405,) * 7, writes=True),
    _row("citizen:delete_account", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:sign_in_anew", (405,) * 7),
    _row("citizen:identities", OWN_AT_UMBRELLA),
    _row("citizen:unlink_identity", (405,) * 7, identity_id=NOWHERE, writes=True),
    # Nothing of theirs ends, nobody has agreed to anything, and no link was sent.
    _row("citizen:provider_change", (302,) * 7, writes=True),
    _row("citizen:provider_change_end", (302, 404, 302, 302, 302, 302, 302), writes=True),
    _row("citizen:join_accounts", (302, 404, 302, 302, 302, 302, 302), token="unbekannt", writes=True),
    _row("citizen:security", OWN_AT_UMBRELLA),
    _row("citizen:add_app", OWN_AT_UMBRELLA, writes=True),
    _row("citizen:remove_app", (405,) * 7, writes=True),
    _row("citizen:renew_codes", (405,) * 7, writes=True),
    _row("citizen:add_passkey", (405,) * 7, writes=True),
    _row("citizen:new_passkey_challenge", (405,) * 7, writes=True),
    _row("citizen:remove_passkey", (405,) * 7, passkey_id=NOWHERE, writes=True),
)

UMBRELLA: Final = (
    _row("umbrella:home", OPEN),
    _row("umbrella:municipalities", OPEN),
    _row("umbrella:find", OPEN),
    _row("umbrella:suggestions", OPEN),
    _row("umbrella:nearby", OPEN),
    # Without a municipality there is nothing to choose.
    _row("umbrella:choose", (404,) * 5),
    _row("umbrella:change", OPEN),
    _row("umbrella:search", OPEN),
    _row("umbrella:search_suggestions", OPEN),
    _row("umbrella:services", OPEN),
    # Asks for the town first; who has chosen one is led to it.
    _row("umbrella:service", (200, 302, 200, 200, 200), slug="hund-anmelden"),
    _row("umbrella:compare", OPEN, slug="hund-anmelden"),
    _row("umbrella:topics", OPEN),
    _row("umbrella:topic", OPEN, code="umwelt"),
    _row("umbrella:situations", OPEN),
    _row("umbrella:situation", OPEN, slug="umzug"),
    _row("umbrella:short_link", (301,) * 5, code="t889db"),
    _row("umbrella:members", OPEN),
    _row("umbrella:imprint", OPEN),
    _row("umbrella:privacy", OPEN),
    _row("umbrella:accessibility", OPEN),
    _row("umbrella:accessibility_json", OPEN),
    _row("umbrella:feedback", OPEN, writes=True),
    _row("umbrella:easy_language", OPEN),
    _row("umbrella:sign_language", OPEN),
    _row("umbrella:theme", OPEN),
    _row("umbrella:robots", OPEN),
    _row("umbrella:sitemap", OPEN),
    _row("umbrella:sitemap_part", OPEN, number="1"),
)

# The work area of a region's editors: for this region's only. The cast's editor holds every role and layer of it.
EDIT: Final = (302, 302, 302, 302, 302, 302, 200)
EDIT_POST: Final = (405,) * 7
EDIT_FORM: Final = (302,) * 7
EDIT_MISSING: Final = (302, 302, 302, 302, 302, 302, 404)

EDITING: Final = (
    # Who is signed in is led on to the work area.
    _row("identity:sign_in", (200, 200, 200, 200, 200, 200, 302), writes=True),
    _row("identity:returned", (404,) * 7),
    _row("identity:sign_out", (405,) * 7, writes=True),
    _row("identity:invitation", (404,) * 7, token="gibt-es-nicht", writes=True),
    _row("identity:account", EDIT),
    _row("identity:change_password", EDIT_POST, writes=True),
    _row("identity:end_other_sessions", EDIT_POST, writes=True),
    _row("identity:mail_choices", EDIT_POST, writes=True),
    _row("identity:second_factor", (302,) * 7, writes=True),
    _row("identity:factor", EDIT, writes=True),
    _row("identity:remove_factor", EDIT_POST, writes=True),
    _row("identity:renew_recovery_codes", EDIT_POST, writes=True),
    _row("identity:sign_in_passkey", (405,) * 7),
    _row("identity:passkey_challenge", (405,) * 7),
    _row("identity:confirm_factor", EDIT, writes=True),
    _row("identity:confirm_passkey", EDIT_POST, writes=True),
    _row("identity:own_passkeys", EDIT),
    _row("identity:add_passkey", EDIT_POST, writes=True),
    _row("identity:new_passkey_challenge", EDIT_POST, writes=True),
    _row("identity:remove_passkey", EDIT_POST, passkey_id=NOWHERE, writes=True),
    _row("notifications:unsubscribe", (404,) * 7, token="gibt-es-nicht", writes=True),
    _row("catalog_coverage:overview", EDIT),
    _row("catalog_coverage:towns_csv", EDIT),
    _row("catalog_coverage:links", EDIT),
    _row("catalog_coverage:check_link", EDIT_POST, writes=True),
    _row("catalog_coverage:history", EDIT),
    _row("catalog_coverage:history_csv", EDIT),
    _row("catalog_editing:dashboard", EDIT),
    _row("catalog_editing:matrix", EDIT),
    _row("catalog_editing:matrix_export", EDIT),
    _row("catalog_editing:presets", EDIT),
    _row("catalog_editing:preset_new", EDIT, writes=True),
    _row("catalog_editing:preset", EDIT_MISSING, preset_id=NOWHERE, writes=True),
    _row("catalog_editing:preset_remove", EDIT_POST, preset_id=NOWHERE, writes=True),
    _row("catalog_editing:services", EDIT),
    _row("catalog_editing:saved_views", EDIT, writes=True),
    _row("catalog_editing:share_saved_view", EDIT_POST, view_id=NOWHERE, writes=True),
    _row("catalog_editing:delete_saved_view", EDIT_POST, view_id=NOWHERE, writes=True),
    _row("catalog_editing:service_new", EDIT, writes=True),
    _row("catalog_editing:rules", EDIT, writes=True),
    _row("catalog_editing:service", EDIT, slug="hund-anmelden"),
    _row("catalog_editing:approve", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:archive", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:restore", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:head", EDIT, slug="hund-anmelden", writes=True),
    _row("catalog_editing:field_lock", EDIT_POST, slug="hund-anmelden", name="notes", writes=True),
    _row("catalog_editing:field", EDIT, slug="hund-anmelden", name="notes", language="de", writes=True),
    _row("catalog_editing:field_autosave", EDIT_POST, slug="hund-anmelden", name="notes", language="de", writes=True),
    _row("catalog_editing:field_discard", EDIT_POST, slug="hund-anmelden", name="notes", language="de", writes=True),
    _row("catalog_editing:field_remove", EDIT_POST, slug="hund-anmelden", name="notes", language="de", writes=True),
    _row("catalog_editing:preview", EDIT, slug="hund-anmelden"),
    _row("catalog_editing:review", EDIT, slug="hund-anmelden"),
    _row("catalog_editing:review_submit", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:review_recall", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:review_send_back", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:review_publish", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:review_discard", EDIT_POST, slug="hund-anmelden", writes=True),
    _row("catalog_editing:versions", EDIT, slug="hund-anmelden"),
    _row("catalog_contributions:contributions", EDIT),
    _row("catalog_contributions:contribution", EDIT_MISSING, contribution_id=NOWHERE),
    _row("catalog_contributions:start_review", EDIT_POST, contribution_id=NOWHERE, writes=True),
    _row("catalog_contributions:publish", EDIT_POST, contribution_id=NOWHERE, writes=True),
    _row("catalog_contributions:decline", EDIT_POST, contribution_id=NOWHERE, writes=True),
    _row(
        "catalog_contributions:field", EDIT_MISSING, contribution_id=NOWHERE, name="notes", language="de", writes=True
    ),
    _row(
        "catalog_contributions:leave_out", EDIT_POST, contribution_id=NOWHERE, name="notes", language="de", writes=True
    ),
    _row("catalog_editing:version_restore", EDIT_POST, slug="hund-anmelden", number="1", writes=True),
)

# The console: operators only. Another region's operator sees the console, and this town is not found there.
CONSOLE: Final = (302, 302, 302, 302, 200, 200)
CONSOLE_POST: Final = (405, 405, 405, 405, 405, 405)
THIS_TOWN: Final = (302, 302, 302, 302, 404, 200)
ALL_SEE: Final = (200, 200, 200, 200, 200, 200)

CONSOLE_ROWS: Final = (
    _row("identity:sign_in", (200, 200, 200, 200, 302, 302), writes=True),
    _row("identity:returned", (404,) * 6),
    _row("identity:backchannel_logout", (405,) * 6),
    _row("identity:sign_out", (405,) * 6, writes=True),
    _row("identity:account", CONSOLE),
    _row("identity:change_password", CONSOLE_POST, writes=True),
    _row("identity:end_other_sessions", CONSOLE_POST, writes=True),
    _row("identity:mail_choices", CONSOLE_POST, writes=True),
    _row("identity:invitation", (404,) * 6, token="gibt-es-nicht", writes=True),
    _row("identity:second_factor", (302,) * 6, writes=True),
    _row("identity:factor", CONSOLE, writes=True),
    _row("identity:remove_factor", CONSOLE_POST, writes=True),
    _row("identity:renew_recovery_codes", CONSOLE_POST, writes=True),
    _row("identity:sign_in_passkey", (405,) * 6),
    _row("identity:passkey_challenge", (405,) * 6),
    _row("identity:confirm_factor", CONSOLE, writes=True),
    _row("identity:confirm_passkey", CONSOLE_POST, writes=True),
    _row("identity:own_passkeys", CONSOLE),
    _row("identity:add_passkey", CONSOLE_POST, writes=True),
    _row("identity:new_passkey_challenge", CONSOLE_POST, writes=True),
    _row("identity:remove_passkey", CONSOLE_POST, passkey_id=NOWHERE, writes=True),
    _row("console:overview", CONSOLE),
    _row("console:tenants", CONSOLE),
    _row("console:editors", CONSOLE),
    _row("console:editor_new", (302, 302, 302, 302, 404, 200), region="emscher-lippe", writes=True),
    _row("console:editor", (302, 302, 302, 302, 404, 404), account_id=NOWHERE, writes=True),
    _row("console:editor_invite", CONSOLE_POST, account_id=NOWHERE, writes=True),
    _row("console:editor_deactivate", CONSOLE_POST, account_id=NOWHERE, writes=True),
    _row("console:editor_reactivate", CONSOLE_POST, account_id=NOWHERE, writes=True),
    _row("console:editor_reset_factor", CONSOLE_POST, account_id=NOWHERE, writes=True),
    _row("console:mail", CONSOLE),
    _row("console:feedback", CONSOLE),
    _row("console:feedback_handled", CONSOLE_POST, feedback_id=NOWHERE, writes=True),
    _row("console:feedback_delete", (302, 302, 302, 302, 404, 404), feedback_id=NOWHERE, writes=True),
    _row("console:trail", CONSOLE),
    _row("console:rollout", CONSOLE),
    _row("console:rollout_state", CONSOLE),
    _row("console:onboard", CONSOLE, writes=True),
    _row("console:tenant", THIS_TOWN, slug="gladbeck"),
    _row("console:suspend", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:resume", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:life", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:offboard", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:departures", CONSOLE),
    _row("console:departure", (302, 302, 302, 302, 404, 404), departure_id=NOWHERE),
    _row("console:cancel_departure", CONSOLE_POST, departure_id=NOWHERE, writes=True),
    _row("console:invitation", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:support", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:end_support", CONSOLE_POST, slug="gladbeck", access_id=NOWHERE, writes=True),
    # No town was named.
    _row("console:pass_on", (302, 302, 302, 302, 404, 404)),
    _row("console:clear_error", CONSOLE_POST, slug="gladbeck", writes=True),
    _row("console:domains", THIS_TOWN, slug="gladbeck", writes=True),
    _row("console:make_primary", CONSOLE_POST, slug="gladbeck", writes=True),
    _row("console:remove_domain", CONSOLE_POST, slug="gladbeck", writes=True),
    _row("ui:gallery", ALL_SEE),
    _row("ui:gallery_suggestions", ALL_SEE),
)

MATRIX: Final = {
    "tenant": (*TENANT, *TENANT_OWN),
    "umbrella": (*UMBRELLA, *UMBRELLA_OWN, *EDITING),
    "console": CONSOLE_ROWS,
}
