"""Addresses of a town's own pages and of their editors in the workspace."""

from django.urls import include, path

from shared_services.portal.views import assets, feedback, public, sitemaps, staff

app_name = "portal"

_staff = [
    path("", staff.staff_dashboard, name="staff_dashboard"),
    path("erscheinungsbild/", staff.staff_branding, name="staff_branding"),
    path("erscheinungsbild/vorschau/", staff.staff_branding_preview, name="staff_branding_preview"),
    path("erscheinungsbild/logo/", staff.staff_logo, name="staff_logo"),
    path("erscheinungsbild/logo/entfernen/", staff.staff_logo_remove, name="staff_logo_remove"),
    path("kontakt/", staff.staff_contact, name="staff_contact"),
    path("oeffnungszeiten/", staff.staff_hours, name="staff_hours"),
    path("oeffnungszeiten/ausnahmen/", staff.staff_hours_exception, name="staff_hours_exception"),
    path(
        "oeffnungszeiten/ausnahmen/<uuid:exception_id>/loeschen/",
        staff.staff_hours_exception_delete,
        name="staff_hours_exception_delete",
    ),
    path("hinweise/", staff.staff_notices, name="staff_notices"),
    path("hinweise/neu/", staff.staff_notice_new, name="staff_notice_new"),
    path("hinweise/<uuid:notice_id>/", staff.staff_notice, name="staff_notice"),
    path("hinweise/<uuid:notice_id>/loeschen/", staff.staff_notice_delete, name="staff_notice_delete"),
    path("seiten/", staff.staff_pages, name="staff_pages"),
    path("seiten/barrierefreiheit/", staff.staff_accessibility, name="staff_accessibility"),
    path("seiten/<str:kind>/<str:language>/", staff.staff_page, name="staff_page"),
    path("seiten/<str:kind>/<str:language>/vorschau/", staff.staff_page_preview, name="staff_page_preview"),
    path("rueckmeldungen/", staff.staff_feedback, name="staff_feedback"),
    path("rueckmeldungen/<uuid:feedback_id>/erledigt/", staff.staff_feedback_handled, name="staff_feedback_handled"),
    path("rueckmeldungen/<uuid:feedback_id>/loeschen/", staff.staff_feedback_delete, name="staff_feedback_delete"),
]

urlpatterns = [
    path("", public.home, name="home"),
    path("kontakt/", public.contact, name="contact"),
    path("impressum/", public.imprint, name="imprint"),
    path("datenschutz/", public.privacy, name="privacy"),
    path("barrierefreiheit/", public.accessibility, name="accessibility"),
    path("barrierefreiheit.json", assets.accessibility_json, name="accessibility_json"),
    path("leichte-sprache/", public.easy_language, name="easy_language"),
    path("gebaerdensprache/", public.sign_language, name="sign_language"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/danke/", feedback.feedback_thanks, name="feedback_thanks"),
    path("thema.css", assets.theme_css, name="theme_css"),
    path("dateien/<path:path>", assets.file, name="file"),
    path("robots.txt", assets.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("verwaltung/", include(_staff)),
]
