"""The ground floor: tenants, their schemas, roles, staff and audit. Imports nothing from the rooms above."""
