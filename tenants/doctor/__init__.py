"""Looks a whole deployment over: schemas, roles, rights, what is missing and what is left over."""
