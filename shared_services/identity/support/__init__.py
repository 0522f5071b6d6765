"""How somebody of the IT provider comes from the console into a town's work area, and stays while the access holds."""
