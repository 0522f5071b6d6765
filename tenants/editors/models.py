"""Accounts of the people who write the shared catalogue, and which layers each of them may write to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.accounts import RemindedAccount
from tenants.ids import uuid7
from tenants.registry.models import Region


class Role(models.TextChoices):
    """What an editor may do on the layers of the own scopes; see the policies."""

    EDITOR = "editor", _("Redaktion")
    PUBLISHER = "publisher", _("Freigabe")


class ScopeLayer(models.TextChoices):
    """The shared layers, from the top. The lowest one belongs to the towns themselves."""

    FEDERATION = "federation", _("Bund")
    STATE = "state", _("Land")
    REGION = "region", _("Region")
    DISTRICT = "district", _("Kreis")


class EditorAccount(RemindedAccount):
    """A person who works at the umbrella of one region."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)


class EditorScope(models.Model):
    """A layer that an editor may write to. `area`: "", a state "05", the region's slug, a district "05562"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(EditorAccount, on_delete=models.CASCADE, related_name="scopes", db_index=False)
    layer = models.CharField(max_length=12, choices=ScopeLayer.choices)
    area = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "layer", "area"], name="editorscope_one_per_layer_and_area"),
        )

    def __str__(self) -> str:
        return f"{self.layer}:{self.area}"


class EditorInvitation(models.Model):
    """A link by which an editor sets a password. Only a hash of the token is kept; the link is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(EditorAccount, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)
