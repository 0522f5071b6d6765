"""Which apps there are, in which schema they live, and the way of a request through the middleware."""

from __future__ import annotations

from typing import Any

from federation.settings.environment import ROOT

# An app is shared (tables in the public schema) or a tenant app (tables in every tenant's schema), never both.
SHARED_APPS = [
    "django.contrib.contenttypes",
    "tenants.registry",
    "tenants.outbox",
    "tenants.audit",
    "tenants.mail",
    "tenants.operators",
    "tenants.editors",
    "tenants.provisioning",
    "shared_services.accounts",
    "tenants.rollout",
    "tenants.lifecycle",
    "catalog.presets",
    "catalog.services",
    "catalog.search",
    "catalog.linkcheck",
    "catalog.coverage",
    "catalog.editing",
    "catalog.contributions",
    "shared_services.notifications",
    "shared_services.area",
    "shared_services.identity.keycloak",
    "shared_services.identity.staff_oidc",
    "federation.umbrella",
]
TENANT_APPS = [
    "tenants.staff",
    "tenants.apitokens",
    "catalog.decisions",
    "catalog.quality",
    "catalog.local",
    "shared_services.portal",
    "shared_services.directory",
    "shared_services.bookmarks",
]
# Without tables.
OTHER_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "catalog.pages",
    "shared_services.identity",
    "shared_services.trail",
    "shared_services.api",
    "federation",
    "federation.ui",
    "federation.console",
    "federation.observability",
    "federation.demo",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *OTHER_APPS]

TENANT_MODEL = "registry.Tenant"
TENANT_DOMAIN_MODEL = "registry.Domain"
AUTH_USER_MODEL = "staff.StaffAccount"

MIDDLEWARE = [
    "federation.observability.health.HealthMiddleware",
    "federation.observability.requests.RequestMiddleware",
    "federation.pagecache.middleware.PageStoreMiddleware",
    "federation.observability.headers.HeadersMiddleware",
    # Before the host check: the page that answers an unknown host has a style sheet, too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "federation.hosts.HostMiddleware",
    "csp.middleware.CSPMiddleware",
    "federation.pagecache.middleware.PageKeyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shared_services.identity.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "federation.errors.ErrorMiddleware",
]

ROOT_URLCONF = "federation.urls.tenant"
WSGI_APPLICATION = "federation.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "federation.ui.environment.environment",
            "context_processors": ["federation.ui.context.chrome_context"],
        },
    },
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    ("kern", ROOT / "node_modules" / "@kern-ux" / "native" / "dist"),
    ("htmx", ROOT / "node_modules" / "htmx.org" / "dist"),
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
