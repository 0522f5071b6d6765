"""Citizens' accounts in the shared schema. What is personal is sealed with the person's data key (tenants/keystore).

Columns named `sealed` hold encrypted JSON; columns named `…_index` hold keyed hashes, by which a row is found without
its value standing anywhere.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class CitizenAccount(models.Model):
    """One person. `sealed` holds the e-mail address; without a password the person signs in elsewhere.

    A session is over when `session_epoch` moves on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email_index = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 -- unique where there is one
    sealed = models.BinaryField()
    password = models.CharField(max_length=128, blank=True)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=5, default="de")
    created_at = models.DateTimeField(db_default=Now())
    # To the day: enough for the two years after which an unused account goes (OZG § 8).
    last_used_on = models.DateField(db_default=Now())
    deletion_announced_at = models.DateTimeField(null=True)
    # Through whose portals it was used last: in that region's name its owner gets mail.
    region = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        indexes = (models.Index(fields=["last_used_on"], name="account_by_last_use"),)

    def __str__(self) -> str:
        return str(self.id)


class AttributeName(models.TextChoices):
    """What is known of a person. Names follow the attributes of the national accounts."""

    GIVEN_NAME = "given_name", _("Vorname")
    FAMILY_NAME = "family_name", _("Nachname")
    BIRTH_NAME = "birth_name", _("Geburtsname")
    BIRTH_DATE = "birth_date", _("Geburtsdatum")
    BIRTH_PLACE = "birth_place", _("Geburtsort")
    NATIONALITY = "nationality", _("Staatsangehörigkeit")
    SALUTATION = "salutation", _("Anrede")
    DOCTORATE = "doctorate", _("Doktorgrad")
    STREET = "street", _("Straße und Hausnummer")
    POSTCODE = "postcode", _("Postleitzahl")
    CITY = "city", _("Ort")
    COUNTRY = "country", _("Staat")
    PHONE = "phone", _("Telefon")
    IBAN = "iban", _("IBAN")
    ACCOUNT_HOLDER = "account_holder", _("Kontoinhaber")


class AccountAttribute(models.Model):
    """One attribute with the trust level at which it is known: the level belongs to it, not to the person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="attributes", db_index=False)
    name = models.CharField(max_length=20, choices=AttributeName.choices)
    level = models.PositiveSmallIntegerField(default=0)
    # Which provider said so; empty: the person did.
    source = models.CharField(max_length=40, blank=True)
    known_since = models.DateTimeField(db_default=Now())
    sealed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "name"], name="accountattribute_one_per_name"),)

    def __str__(self) -> str:
        return self.name


class OwnEntry(models.Model):
    """One of a list that a person tells of themselves. `sealed`: all that it says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Moves with every change: a form of an older one is noticed.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


class HouseholdMember(OwnEntry):
    """Somebody who lives with the person. `sealed`: names, birth date, relation. Nobody has verified it."""

    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="household")


class BusinessProof(models.TextChoices):
    """How it was proved that a person may act for a company. Only what is proved counts."""

    NONE = "none", _("nicht nachgewiesen")
    PROVIDER = "provider", _("vom Unternehmenskonto bestätigt")
    DOCUMENT = "document", _("durch ein Dokument nachgewiesen")


class BusinessPerson(OwnEntry):
    """A company for which the person acts. `sealed`: its names, register, address, and the person's role there.

    `organisation_index` is of the company's id at the provider that vouches for it.
    """

    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="businesses")
    organisation_index = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- unique where there is one
    proof = models.CharField(max_length=12, choices=BusinessProof.choices, default=BusinessProof.NONE)
    proved_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    # Which provider said so; empty: the person did.
    source = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account", "organisation_index"], name="businessperson_one_per_organisation"
            ),
        )


class BusinessDocument(models.Model):
    """A document by which a person wants to prove that they may act for a company. `sealed`: its kind and its bytes."""

    business = models.OneToOneField(BusinessPerson, on_delete=models.CASCADE, primary_key=True, related_name="document")
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="+")
    size_bytes = models.PositiveIntegerField()
    handed_in_at = models.DateTimeField(db_default=Now())
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.business_id)


class LinkedIdentity(models.Model):
    """A person elsewhere. `person_index` is of what stays the same there: the subject at our Keycloak, or the bPK2.

    One account may have several subjects: the same person by two identity providers is two there. `sealed` holds the
    subject, so that it can be removed there, the identity provider behind it, and whether that one told the bPK2.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=40)
    person_index = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    linked_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "person_index"], name="linkedidentity_one_account_per_person"),
        )

    def __str__(self) -> str:
        return self.provider


class OneTimePassword(models.Model):
    """A time-based one-time password (RFC 6238). `last_step` is the last one used: none works twice."""

    account = models.OneToOneField(CitizenAccount, on_delete=models.CASCADE, primary_key=True, related_name="totp")
    sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.account_id)


class Passkey(models.Model):
    """A WebAuthn credential. `credential_index` finds it; the rest is sealed with what the person called it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="passkeys")
    credential_index = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class RecoveryCode(models.Model):
    """A code for the day on which the second factor is lost. Only a hash is kept, and it works once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class AccountSession(models.Model):
    """A session of the account on one site, listed for the person and ended from there. `sealed`: the device."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="sessions")
    site = models.CharField(max_length=60)
    provider = models.CharField(max_length=40, blank=True)
    # The session at Keycloak, for its logout tokens.
    provider_session = models.CharField(max_length=64, blank=True, db_index=True)
    level = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)


class KnownDevice(models.Model):
    """A browser from which somebody has signed in to the account: of what its cookie holds, only a hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="known_devices", db_index=False)
    device_hash = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField(db_default=Now())
    # To the day, as the account's own.
    last_seen_on = models.DateField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "device_hash"], name="knowndevice_once_per_account"),)

    def __str__(self) -> str:
        return str(self.id)


class LinkPurpose(models.TextChoices):
    """What a link in a mail is for."""

    REGISTER = "register", _("Konto eröffnen")
    RESET = "reset", _("Passwort zurücksetzen")
    NEW_EMAIL = "new_email", _("E-Mail-Adresse ändern")
    KEEP_EMAIL = "keep_email", _("E-Mail-Adresse behalten")
    JOIN = "join", _("Konten zusammenführen")


class AccountLink(models.Model):
    """A link that was sent by mail. Only a hash of its token is kept. `sealed` by `owner`'s key: what it will do."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.UUIDField()
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="links", null=True)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.purpose


class AccountEvent(models.Model):
    """What happened to an account or was looked at in it, for its owner. `sealed`: details such as the device."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(CitizenAccount, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=60)
    # Whoever looked: a kind of actor, and the tenant whose staff it was.
    actor_kind = models.CharField(max_length=12)
    tenant_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)

    def __str__(self) -> str:
        return self.action


class DeletionReason(models.TextChoices):
    """Why an account goes."""

    OWN = "own", _("von der Person gelöscht")
    UNUSED = "unused", _("zwei Jahre nicht benutzt")
    JOINED = "joined", _("in ein anderes Konto übernommen")
    # No account goes, but a user at Keycloak to whom nobody is linked any more.
    UNLINKED = "unlinked", _("Verknüpfung getrennt")


class AccountDeletion(models.Model):
    """An account that goes, from the decision until nothing of it is left: what a killed worker goes on from.

    The account is named by its id, for its row goes before this one; of an identity that was unlinked it is the
    identity's. `sealed` holds the subjects at Keycloak, under a
    key of this row's own: the person's key does not wait for Keycloak.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField(unique=True)
    reason = models.CharField(max_length=10, choices=DeletionReason.choices)
    requested_at = models.DateTimeField(db_default=Now())
    sealed = models.BinaryField()
    is_out_of_keycloak = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    # The code of the last refusal, for those who run the deployment.
    error = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return str(self.account_id)


class ProviderChange(models.Model):
    """Somebody has agreed to go on with another identity provider than the one that ends. One for each account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(CitizenAccount, on_delete=models.CASCADE, related_name="provider_change")
    provider = models.CharField(max_length=40)
    successor = models.CharField(max_length=40)
    agreed_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.successor
