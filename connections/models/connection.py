"""A connection to Zoho: whose it is, what it is for, and who may use it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from connections import features
from connections.models.client import OAuthClient
from connections.product import Feature, Product
from connections.rights import preset
from connections.zoho import datacenters
from connections.zoho.datacenters import DataCenter


class Connection(models.Model):
    """One Zoho account that the portal works with."""

    class State(models.TextChoices):
        DRAFT = "draft", "Setup not finished"
        ACTIVE = "active", "Working"
        RECONNECT = "reconnect", "Needs reconnect"
        DISCONNECTED = "disconnected", "Disconnected"

    class Environment(models.TextChoices):
        LIVE = datacenters.LIVE, "Live"
        SANDBOX = datacenters.SANDBOX, "CRM sandbox"
        DEVELOPER = datacenters.DEVELOPER, "CRM developer environment"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    client = models.ForeignKey(OAuthClient, on_delete=models.PROTECT)
    data_center = models.CharField(max_length=10)
    # Of the CRM; Zoho says it with the first token, and it stays.
    environment = models.CharField(
        max_length=20, choices=Environment, blank=True, default=Environment.LIVE
    )
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
    # Of products' APIs, by product, where another than the usual one was chosen.
    versions = models.JSONField(default=dict)
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
        row = datacenters.find(settings.DATA_CENTERS, self.data_center)
        return row.in_environment(self.environment)

    @property
    def region(self) -> str:
        return self.data_center_row.name

    @property
    def chosen_features(self) -> list[Feature]:
        return features.chosen(self.features)

    @property
    def products(self) -> list[Product]:
        """The products that its features are of."""
        return features.products(self.features)

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
    """This person may work with this connection, and do there what `rights` name.

    `places` limit a product, by its key, to those with these ids. Both are read by
    `connections.access` alone.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    rights = models.JSONField(default=preset)
    places = models.JSONField(default=dict)
    # Older than rights are: it kept all that everybody could do, until a manager looks.
    is_unreviewed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "person"], name="one_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} may use {self.connection}"
