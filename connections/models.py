"""What the portal keeps about its connections to Zoho.

Sealed fields hold ciphertext of `connections.vault`, bound to the row's id, so every
id is made before the first save. Lists never load a Grant.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from connections.features import Feature, chosen
from connections.zoho.client import CRM_VERSION
from connections.zoho.datacenters import DataCenter, find


class OAuthClient(models.Model):
    """A client made in Zoho's API console."""

    class Kind(models.TextChoices):
        SERVER = "server", "Sign in with Zoho"
        SELF = "self", "Paste a code (Self Client)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    client_id = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.client_id or "client not made yet"

    def secrets_for(self, data_center: str) -> "list[ClientSecret]":
        """Return the secrets for a data centre, newest first.

        Without one of its own, those of the first data centre serve all: Zoho's
        Multi-DC has a switch for that.
        https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
        """
        secrets = list(self.secrets.order_by("-created_at"))
        own = [secret for secret in secrets if secret.data_center == data_center]
        if own or not secrets:
            return own
        return [item for item in secrets if item.data_center == secrets[-1].data_center]


class ClientSecret(models.Model):
    """A client's secret for a data centre; two of them while it is being replaced."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        OAuthClient, on_delete=models.CASCADE, related_name="secrets"
    )
    data_center = models.CharField(max_length=10)
    sealed = models.TextField()
    ending = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"ends in {self.ending}"


class Connection(models.Model):
    """One Zoho account that the portal works with."""

    class State(models.TextChoices):
        DRAFT = "draft", "Setup not finished"
        ACTIVE = "active", "Working"
        RECONNECT = "reconnect", "Needs reconnect"
        DISCONNECTED = "disconnected", "Disconnected"

    class CrmVersion(models.TextChoices):
        V8 = CRM_VERSION, "v8 (recommended)"
        V2 = "v2", "v2"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    client = models.ForeignKey(OAuthClient, on_delete=models.PROTECT)
    data_center = models.CharField(max_length=10)
    features = models.JSONField(default=list)
    # Of `features`, those whose permissions the grant does not have.
    lacking = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    zoho_user = models.CharField(max_length=255, blank=True)
    # What was registered at Zoho; SITE_URL may have changed since.
    redirect_uri = models.CharField(max_length=500, blank=True)
    checks = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    # When the admins were told that it broke; null while it works.
    told_at = models.DateTimeField(null=True)
    crm_version = models.CharField(
        max_length=4, choices=CrmVersion, default=CrmVersion.V8
    )
    # Organisations to choose from, by product: [[id, name], …].
    choices = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="connections"
    )

    class Meta:
        ordering: ClassVar = ["name", "created_at"]

    def __str__(self) -> str:
        return self.name or "New Zoho connection"

    @property
    def data_center_row(self) -> DataCenter:
        return find(settings.DATA_CENTERS, self.data_center)

    @property
    def region(self) -> str:
        return self.data_center_row.name

    @property
    def chosen_features(self) -> list[Feature]:
        return chosen(self.features)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_self_client(self) -> bool:
        return self.client.kind == OAuthClient.Kind.SELF

    def move(self, *, leave: str, to: str, **values: Any) -> bool:
        """Change the state if it still is `leave`; return whether it was."""
        moved = Connection.objects.filter(pk=self.pk, state=leave).update(
            state=to, **values
        )
        if moved:
            self.state = to
        return bool(moved)


class Grant(models.Model):
    """What an admin allowed at Zoho: tokens, and the broker's lease on renewing them.

    A reconnect has two for a while; `is_current` names the one in use.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="grants"
    )
    # The client it was made with: entering another one harms no grant in use.
    client = models.ForeignKey(
        OAuthClient, on_delete=models.PROTECT, related_name="grants"
    )
    # The region that gave it: a reconnect may move the connection to another one.
    data_center = models.CharField(max_length=10)
    is_current = models.BooleanField(default=False)
    scopes = models.JSONField(default=list)
    sealed_refresh_token = models.TextField(blank=True)
    sealed_access_token = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    generation = models.PositiveIntegerField(default=1)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    token_calls = models.JSONField(default=list)
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=100, blank=True)
    last_failure_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    refreshed_at = models.DateTimeField(null=True)
    # Ended here, while Zoho has not confirmed the end yet.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(is_current=True),
                name="one_current_grant",
            )
        ]

    def __str__(self) -> str:
        return f"grant {self.pk} of {self.connection_id}"

    @property
    def data_center_row(self) -> DataCenter:
        return find(settings.DATA_CENTERS, self.data_center)


class ProductAccount(models.Model):
    """The organisation at a product of Zoho; a reconnect must meet the same one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="product_accounts"
    )
    product = models.CharField(max_length=20)
    external_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "product"], name="one_account_per_product"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """This person may work with this connection."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "person"], name="one_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} may use {self.connection}"


class ConsentState(models.Model):
    """The one-time `state` of a trip to Zoho; only its hash is kept.

    Bound to the browser's session, the person, the connection and the region.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    session = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    data_center = models.CharField(max_length=10)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"state for {self.connection_id}"


class Lane(models.Model):
    """One organisation at one product of Zoho: what all callers share about it.

    Zoho counts calls in flight per organisation, and asks all of its callers to wait.
    """

    key = models.CharField(max_length=120, primary_key=True)
    width = models.PositiveSmallIntegerField(default=1)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    # Zoho asked for the pause; otherwise it did not answer.
    was_asked = models.BooleanField(default=False)
    woken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class Slot(models.Model):
    """The right to have one call in flight in a lane; it lapses with its holder."""

    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lane", "number"], name="one_slot")
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of {self.lane_id}"


class VaultCheck(models.Model):
    """A known value, sealed: opens only with a key that this database was made with."""

    sealed = models.TextField()

    def __str__(self) -> str:
        return "vault check"
