"""Whether and how the deployment asks other servers if the links of its pages still work."""

from __future__ import annotations

from federation.settings.environment import IS_PRODUCTION, flag, items, text

# A demo on a laptop and a test ask nobody.
VERBUND_LINKCHECK = flag("VERBUND_LINKCHECK", default=IS_PRODUCTION)
# Hosts that may be asked though they stand on internal addresses, as behind a split DNS.
VERBUND_LINKCHECK_ALLOWED_HOSTS = items("VERBUND_LINKCHECK_ALLOWED_HOSTS")
# Stands in the user agent, so that whoever runs another server knows whom to write to.
VERBUND_LINKCHECK_CONTACT = text("VERBUND_LINKCHECK_CONTACT", "")
