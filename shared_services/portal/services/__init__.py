"""Change a portal's own content. Every function: policy, validation, then write and audit entry in one transaction.

`seen` is the fingerprint of what the form was filled with (`drafts`); when the stored values have moved on since, the
write is refused with Conflict. Commands and seeds leave it empty.
"""

from shared_services.portal.services.accessibility import update_accessibility
from shared_services.portal.services.branding import remove_logo, set_logo, update_branding
from shared_services.portal.services.contact import update_contact
from shared_services.portal.services.feedback import delete_feedback, mark_feedback_handled, submit_feedback
from shared_services.portal.services.hours import add_hours_exception, delete_hours_exception, set_opening_hours
from shared_services.portal.services.notices import delete_notice, save_notice
from shared_services.portal.services.pages import save_legal_page

__all__ = [
    "add_hours_exception",
    "delete_feedback",
    "delete_hours_exception",
    "delete_notice",
    "mark_feedback_handled",
    "remove_logo",
    "save_legal_page",
    "save_notice",
    "set_logo",
    "set_opening_hours",
    "submit_feedback",
    "update_accessibility",
    "update_branding",
    "update_contact",
]
