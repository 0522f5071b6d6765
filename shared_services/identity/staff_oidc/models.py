"""Which person at Keycloak has which account for work here."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from tenants.ids import uuid7


class WorkLink(models.Model):
    """A person's account at one site: `site` as in `identity.sessions.site_key`, `tenant_id` where it is a town.

    The person is found by a keyed hash of Keycloak's id. An e-mail address never links: who has it may change.
    `factors` are the keys at Keycloak of the second factors that count here: one set up by a link of this place, and
    what Keycloak let the person add by showing it. `directory`: the directory of staff by which the person comes, and
    must come; empty for an account of Keycloak's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.CharField(max_length=100)
    tenant_id = models.UUIDField(null=True)
    account_id = models.UUIDField()
    person_index = models.CharField(max_length=64)
    linked_at = models.DateTimeField(db_default=Now())
    factors = ArrayField(models.CharField(max_length=64), null=True)
    directory = models.CharField(max_length=41, db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "person_index"], name="worklink_one_account_per_person"),
            models.UniqueConstraint(fields=["site", "account_id"], name="worklink_one_person_per_account"),
        )

    def __str__(self) -> str:
        return f"{self.site}:{self.account_id}"
