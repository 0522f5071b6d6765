"""One URLconf per kind of site; the host decides which (see federation.hosts)."""
