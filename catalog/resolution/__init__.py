"""What holds where: pure functions without Django, database or clock. See `resolve` and `decide`."""
