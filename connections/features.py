"""What the products can do on a connection, and the Zoho permissions each needs."""

from collections.abc import Iterable

from connections import product
from connections.product import Feature, Product
from connections.zoho.scopes import covers

# Who signed in. Asked for with every connection, so that people can be told whose
# rights the portal works with.
PROFILE_SCOPE = "aaaserver.profile.READ"


def every() -> list[Feature]:
    """Return all features in the order of the installed products."""
    return [feature for each in product.every() for feature in each.features]


def chosen(keys: Iterable[str]) -> list[Feature]:
    """Return the features with these keys; keys of removed products are left out."""
    wanted = set(keys)
    return [feature for feature in every() if feature.key in wanted]


def products(keys: Iterable[str]) -> list[Product]:
    """Return the products that these features are of."""
    names = dict.fromkeys(feature.product for feature in chosen(keys))
    return [product.named(name) for name in names]


def scopes(keys: Iterable[str]) -> list[str]:
    """Return the permissions to ask for: just what these features use."""
    needed = [
        scope
        for feature in chosen(keys)
        for scope in (*feature.scopes, *feature.wishes)
    ]
    return list(dict.fromkeys([*needed, PROFILE_SCOPE]))


def lacking(keys: Iterable[str], granted: Iterable[str]) -> list[Feature]:
    """Return the chosen features that `granted` does not cover."""
    given = list(granted)
    return [
        feature
        for feature in chosen(keys)
        if not all(covers(given, scope) for scope in feature.scopes)
    ]
