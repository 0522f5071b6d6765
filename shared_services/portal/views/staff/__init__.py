"""Pages of the workspace under /verwaltung/, by topic."""

from shared_services.portal.views.staff.accessibility import staff_accessibility
from shared_services.portal.views.staff.branding import (
    staff_branding,
    staff_branding_preview,
    staff_logo,
    staff_logo_remove,
)
from shared_services.portal.views.staff.contact import staff_contact
from shared_services.portal.views.staff.dashboard import staff_dashboard
from shared_services.portal.views.staff.feedback import staff_feedback, staff_feedback_delete, staff_feedback_handled
from shared_services.portal.views.staff.hours import staff_hours, staff_hours_exception, staff_hours_exception_delete
from shared_services.portal.views.staff.notices import (
    staff_notice,
    staff_notice_delete,
    staff_notice_new,
    staff_notices,
)
from shared_services.portal.views.staff.pages import staff_page, staff_page_preview, staff_pages

__all__ = [
    "staff_accessibility",
    "staff_branding",
    "staff_branding_preview",
    "staff_contact",
    "staff_dashboard",
    "staff_feedback",
    "staff_feedback_delete",
    "staff_feedback_handled",
    "staff_hours",
    "staff_hours_exception",
    "staff_hours_exception_delete",
    "staff_logo",
    "staff_logo_remove",
    "staff_notice",
    "staff_notice_delete",
    "staff_notice_new",
    "staff_notices",
    "staff_page",
    "staff_page_preview",
    "staff_pages",
]
