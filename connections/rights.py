"""What a person may do, as it is kept and as it counts. It asks no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from connections import product
from connections.product import Right


@dataclass(frozen=True)
class Granted:
    """What a person may do on a connection.

    Attributes:
        rights: their keys.
        places: by product, those that the person is limited to; a product that is not
            in it has no limit.
    """

    rights: frozenset[str] = frozenset()
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, *any_of: str) -> bool:
        """Tell whether one of these is there; the one without a name always is."""
        return "" in any_of or not self.rights.isdisjoint(any_of)

    def is_within(self, of: str, place: str) -> bool:
        """Tell whether a place of a product is within the limits."""
        return of not in self.places or place in self.places[of]


NOTHING = Granted()


def every() -> list[Right]:
    """Return all rights in the order of the installed products."""
    return [right for each in product.every() for right in each.rights]


def of_features(chosen: Collection[str]) -> list[Right]:
    """Return the rights that mean something where these features are chosen."""
    return [right for right in every() if not set(right.features).isdisjoint(chosen)]


def preset() -> list[str]:
    """Return what people start with, whichever features are chosen."""
    return [right.key for right in every() if right.is_preset]


def completed(keys: Iterable[str]) -> list[str]:
    """Return these and what they need, in the order of the products."""
    wanted = set(keys)
    known = {right.key: right for right in every()}
    waiting = list(wanted)
    while waiting:
        right = known.get(waiting.pop())
        if right and right.needs and right.needs not in wanted:
            wanted.add(right.needs)
            waiting.append(right.needs)
    return [key for key in known if key in wanted]


def in_force(
    kept: Collection[str], limits: Mapping[str, Iterable[str]], chosen: Collection[str]
) -> Granted:
    """Return what counts of what was kept, where these features are chosen.

    A right whose need was taken away does not count, nor what no product here has.
    """
    offered = {right.key: right for right in of_features(chosen)}
    counts = {key for key in kept if key in offered}
    while lame := {key for key in counts if offered[key].needs not in {"", *counts}}:
        counts -= lame
    places = {name: frozenset(each) for name, each in limits.items()}
    return Granted(frozenset(counts), places)


def everything(chosen: Collection[str]) -> Granted:
    """Return all that there is, where these features are chosen."""
    return Granted(frozenset(right.key for right in of_features(chosen)))
