"""Addresses of a town's own pages and of their editors in the workspace."""

from django.urls import path

from shared_services.portal.views import assets, feedback, public

app_name = "portal"

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
    path("sitemap.xml", assets.sitemap, name="sitemap"),
]
