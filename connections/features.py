"""The register of what products can do, and the Zoho permissions each needs.

Products register their features in their `apps.py`; nothing here knows a product.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Who signed in. Asked for with every connection, so that people can be told whose
# rights the portal works with.
PROFILE_SCOPE = "aaaserver.profile.READ"


@dataclass(frozen=True)
class Feature:
    """One thing that staff can do, in plain words.

    `page` is the URL name of its form, which takes the connection's slug; `link` is
    what the navigation calls it, `first_task` what the set-up list does, if it is on
    that list. `wishes` are asked for along with `scopes`; without them it does less,
    but works. `for_person` is what other products call a link to it for somebody they
    show: the page takes `name`, `email` and `phone` by its query.
    """

    key: str
    product: str
    product_name: str
    title: str
    hint: str
    scopes: tuple[str, ...]
    page: str
    link: str
    icon: str
    wishes: tuple[str, ...] = ()
    first_task: str = ""
    preset: bool = False
    for_person: str = ""


_features: dict[str, Feature] = {}


def register(feature: Feature) -> None:
    """Add a feature; its key must be new."""
    if feature.key in _features:
        raise ValueError(f"feature {feature.key} is registered twice")
    _features[feature.key] = feature


def every() -> list[Feature]:
    """Return all features in the order of the installed products."""
    return list(_features.values())


def chosen(keys: Iterable[str]) -> list[Feature]:
    """Return the features with these keys; keys of removed products are left out."""
    wanted = set(keys)
    return [feature for feature in every() if feature.key in wanted]


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
    have = {scope.lower() for scope in granted}
    return [
        feature
        for feature in chosen(keys)
        if not all(scope.lower() in have for scope in feature.scopes)
    ]
