"""Forms of the workspace. They check shape only; the services decide."""

from shared_services.portal.staff_forms.accessibility import AccessibilityForm
from shared_services.portal.staff_forms.branding import BrandingForm, LogoForm
from shared_services.portal.staff_forms.contact import ContactForm
from shared_services.portal.staff_forms.hours import ExceptionForm, HoursForm
from shared_services.portal.staff_forms.notices import NoticeForm
from shared_services.portal.staff_forms.pages import PageForm

__all__ = [
    "AccessibilityForm",
    "BrandingForm",
    "ContactForm",
    "ExceptionForm",
    "HoursForm",
    "LogoForm",
    "NoticeForm",
    "PageForm",
]
