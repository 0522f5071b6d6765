"""Pages of citizens: the way in and out, and their account."""
