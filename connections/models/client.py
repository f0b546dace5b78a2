"""The client at Zoho that a connection signs in with, and its secrets."""

import uuid

from django.db import models


class OAuthClient(models.Model):
    """A client made in Zoho's API console."""

    class Kind(models.TextChoices):
        SERVER = "server", "Sign in with Zoho"
        SELF = "self", "Paste a code (Self Client)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    client_id = models.CharField(max_length=100, blank=True)
    # When Zoho gave codes for it lately.
    codes = models.JSONField(default=list)

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
