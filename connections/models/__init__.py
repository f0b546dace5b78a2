"""What the portal keeps about its connections to Zoho."""

from connections.models.client import ClientSecret, OAuthClient
from connections.models.connection import Connection, Membership, ProductAccount
from connections.models.grant import ConsentState, Grant, VaultCheck
from connections.models.limit import Limit, Slot
from connections.models.reading import Reading, Readings

__all__ = [
    "ClientSecret",
    "Connection",
    "ConsentState",
    "Grant",
    "Limit",
    "Membership",
    "OAuthClient",
    "ProductAccount",
    "Reading",
    "Readings",
    "Slot",
    "VaultCheck",
]
