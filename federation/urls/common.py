"""What every URLconf shares: Django's error handlers. Each URLconf imports these names; a test holds it."""

handler400 = "federation.errors.bad_request"
handler403 = "federation.errors.permission_denied"
handler404 = "federation.errors.not_found"
handler500 = "federation.errors.server_error"

__all__ = ["handler400", "handler403", "handler404", "handler500"]
