"""The names that explanations of a failure are filled in with."""

from connections.models import Connection
from connections.product import Feature, named


def facts_about(connection: Connection, feature: Feature) -> dict[str, str]:
    """Return who asked Zoho, for which organisation, and what for."""
    account = connection.product_accounts.filter(product=feature.product).first()
    return {
        "region": connection.region,
        "zoho_user": connection.zoho_user or "The Zoho user",
        "organisation": account.name if account else connection.name,
        "feature": f"{feature.title[:1].lower()}{feature.title[1:]}",
        "place": feature.product_name,
        "product": named(feature.product).short_name,
    }
