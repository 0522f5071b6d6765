"""Which policy opens which route of a town's work area, and which scope which endpoint.

`docs/municipal/rights.md` says for each of these policies which roles it lets in; `test_roles.py` asks the routes.
Views ask in their services, so no route tells its policy by itself: a staff route without an entry here fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catalog.decisions import policies as decisions
from catalog.local import policies as local
from catalog.quality.policies import can_ask_for_link_check
from shared_services.directory.policies import can_edit_directory
from shared_services.portal.policies import can_read_feedback
from tenants.actors import Actor
from tenants.staff import policies as staff

Policy = Callable[[Actor], bool]


def can_write_german_draft(actor: Actor) -> bool:
    """Whether the actor may write drafts in German, the language of the matrix's rows."""
    return decisions.can_write_draft_in(actor, language="de")


def is_support(actor: Actor) -> bool:
    """Whether the actor is the IT provider's visitor, whose own visit it is."""
    return actor.kind == "support"


# Who gets the page; what takes POST only asks the same, where it does not stand among the writes.
_OPENED_BY: Final[dict[Policy, str]] = {
    staff.can_enter_workspace: """
        portal:staff_dashboard portal:staff_branding_preview identity:sign_out""",
    staff.can_have_account: """
        identity:account identity:change_password identity:end_other_sessions identity:mail_choices identity:factor
        identity:remove_factor identity:renew_recovery_codes identity:confirm_factor identity:confirm_passkey
        identity:own_passkeys identity:add_passkey identity:new_passkey_challenge identity:remove_passkey
        identity:absence identity:end_absence""",
    staff.can_manage_staff: """
        identity:team identity:invite identity:withdraw identity:member identity:renew_access identity:reset_factor
        identity:deactivate""",
    staff.can_manage_support: """
        identity:support identity:support_rules identity:allow_support identity:end_support""",
    is_support: "identity:leave_support",
    staff.can_manage_tokens: "api:tokens api:token_new api:token_revoke",
    staff.can_read_audit: "trail:entries trail:entries_csv trail:entries_json",
    staff.can_edit_portal: """
        portal:staff_branding portal:staff_logo portal:staff_logo_remove portal:staff_contact portal:staff_hours
        portal:staff_hours_exception portal:staff_hours_exception_delete portal:staff_notices portal:staff_notice_new
        portal:staff_notice portal:staff_notice_delete portal:staff_pages portal:staff_accessibility portal:staff_page
        portal:staff_page_preview""",
    can_read_feedback: "portal:staff_feedback portal:staff_feedback_handled portal:staff_feedback_delete",
    can_edit_directory: """
        directory:staff_units directory:staff_unit_new directory:staff_unit directory:staff_unit_delete
        directory:staff_person_new directory:staff_person directory:staff_person_delete""",
    staff.can_edit_catalogue: """
        catalog_quality:overview catalog_quality:services catalog_quality:services_csv catalog_quality:links
        catalog_quality:history catalog_quality:history_csv catalog_decisions:publishing_rules""",
    can_ask_for_link_check: "catalog_quality:check_link",
    staff.can_translate: """
        catalog_decisions:services catalog_decisions:service catalog_decisions:drafts catalog_pages:draft_preview
        catalog_decisions:field_history""",
    can_write_german_draft: "catalog_decisions:field catalog_decisions:field_autosave",
    decisions.can_publish_draft: "catalog_decisions:take_draft_step",
    decisions.can_name_topics: "catalog_decisions:category_labels",
    decisions.can_keep_views: """
        catalog_decisions:saved_views catalog_decisions:share_saved_view catalog_decisions:delete_saved_view""",
    decisions.can_decide_on_many: """
        catalog_decisions:bulk_changes catalog_decisions:bulk_choose catalog_decisions:bulk_preview
        catalog_decisions:bulk_confirm catalog_decisions:bulk_change""",
    decisions.can_undo_bulk: "catalog_decisions:undo_bulk",
    decisions.can_decide_on_service: "catalog_decisions:decide catalog_decisions:follow_preset",
    decisions.can_adapt_service: "catalog_decisions:restore_field catalog_decisions:reset_field",
    decisions.can_answer_review: """
        catalog_decisions:reviews catalog_decisions:answer_reviews catalog_decisions:review""",
    decisions.can_pin_version: "catalog_decisions:pin",
    local.can_edit_local_service: """
        catalog_local:services catalog_local:new catalog_local:service catalog_local:facts catalog_local:preview
        catalog_local:drafts catalog_local:take_draft_step catalog_local:submit catalog_local:send_back
        catalog_local:delete catalog_local:field catalog_local:field_history catalog_local:restore_field
        catalog_local:field_autosave catalog_local:clear_field""",
    local.can_publish_local_service: "catalog_local:publish catalog_local:archive",
    local.can_contribute: """
        catalog_local:contributions catalog_local:offer_value catalog_local:offer_service catalog_local:withdraw""",
}
OPENS: Final = {route: policy for policy, routes in _OPENED_BY.items() for route in routes.split()}
# Where more is asked of who sends the form than of who reads it.
WRITES: Final[dict[str, Policy]] = {"catalog_decisions:publishing_rules": decisions.can_set_publishing_rules}

# What a program with a scope reads.
READABLE_WITH: Final = {"services:read": frozenset({"api_v1:services"})}
