"""Settings, by topic. What differs between deployments comes from the environment (docs/operator/settings.md)."""

from federation.settings.apps import *  # noqa: F403
from federation.settings.caching import *  # noqa: F403
from federation.settings.database import *  # noqa: F403
from federation.settings.keycloak import *  # noqa: F403
from federation.settings.linkcheck import *  # noqa: F403
from federation.settings.logs import *  # noqa: F403
from federation.settings.mail import *  # noqa: F403
from federation.settings.schedule import *  # noqa: F403
from federation.settings.security import *  # noqa: F403
from federation.settings.texts import *  # noqa: F403
