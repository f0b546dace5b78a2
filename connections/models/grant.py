"""What an admin allowed at Zoho, and the way there.

Sealed fields hold ciphertext of `connections.tokens.vault`, bound to the row's id, so
every id is made before the first save. Lists never load a Grant.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from connections.models.client import OAuthClient
from connections.models.connection import Connection
from connections.zoho import datacenters
from connections.zoho.datacenters import DataCenter


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
        return datacenters.find(settings.DATA_CENTERS, self.data_center)


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


class VaultCheck(models.Model):
    """A known value, sealed: opens only with a key that this database was made with."""

    sealed = models.TextField()

    def __str__(self) -> str:
        return "vault check"
