"""What a product of Zoho is to the portal: the one thing that its app registers.

`settings.PRODUCTS` names the apps. Each has a module `product` with one `PRODUCT`, and
its pages are at `c/<connection>/<key>/`. Nothing here knows which products there are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connections.health.probes import Probe
from connections.zoho.envelope import Envelope, Pace
from zohoportal.activity import erasure
from zohoportal.activity.erasure import Holder


@dataclass(frozen=True)
class Right:
    """Something that a person may do on a connection, or not.

    Its key begins with its product's, and it means something where one of `features`
    is chosen. `is_preset` is what people start with; who has it needs the right
    `needs` too. Where it is one of two answers to a `question`, `instead` is the other.
    """

    key: str
    title: str
    features: tuple[str, ...]
    hint: str = ""
    is_preset: bool = True
    needs: str = ""
    question: str = ""
    instead: str = ""

    @property
    def product(self) -> str:
        """The key of its product."""
        return product_key(self.key)


def no_places(_connection: Any) -> Sequence[tuple[str, str]]:
    """Return none."""
    return ()


@dataclass(frozen=True)
class Places:
    """The parts of a product that people can be limited to.

    Attributes:
        title: what several of them are called.
        every: what having no limit is called.
        some: what having one is called.
        missing: what to say where it has one, and nothing was chosen.
        choices: returns id and name of those that a `Connection` has; raises a
            `ZohoError` where they are not known.
    """

    title: str = ""
    every: str = ""
    some: str = ""
    missing: str = ""
    choices: Callable[[Any], Sequence[tuple[str, str]]] = no_places


@dataclass(frozen=True)
class Feature:
    """One thing that staff can do, in plain words.

    Its key begins with its product's. `page` is the URL name of its form, which takes
    the connection's slug; `link` is what the navigation calls it, `first_task` what the
    set-up list does, if it is on that list. `wishes` are asked for along with `scopes`;
    without them it does less, but works. `for_person` is what other products call a
    link to it for somebody they show: the page takes `name`, `email` and `phone` by its
    query. `entry` are rights of which its page asks for one; without any, all who use
    the connection may open it.
    """

    key: str
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
    entry: tuple[str, ...] = ("",)

    @property
    def product(self) -> str:
        """The key of its product."""
        return product_key(self.key)

    @property
    def product_name(self) -> str:
        return named(self.product).name


@dataclass(frozen=True)
class Notice:
    """Something an admin had better know: a title, lines, and where to go with it."""

    title: str
    lines: tuple[str, ...]
    url: str
    label: str


@dataclass(frozen=True)
class Version:
    """One of several versions of an API that an admin may choose from."""

    key: str
    label: str
    hint: str


class Kind(Protocol):
    """How one kind of delivery reaches Zoho: a `Sender` of the outbox."""

    @property
    def kind(self) -> str:
        """Its name, which begins with its product's key."""


class Job(Protocol):
    """What workers do for a product now and then: a `RegularJob` of the outbox."""

    @property
    def name(self) -> str:
        """Its name, which no other job has."""


class Schema(Protocol):
    """What Zoho says of its own set-up: a `Kind` of `connections.schema`."""

    @property
    def name(self) -> str:
        """Its name, which no other of its product has."""


def no_notices(_connection: Any) -> Iterable[Notice]:
    """Return none."""
    return ()


@dataclass(frozen=True)
class Product:
    """One product of Zoho.

    Attributes:
        name: what people call it, with Zoho's name.
        envelope: how it is asked, and how it refuses; its key is the product's.
        features: what staff can do, in the order in which they are offered.
        rights: what each person may do of it.
        places: what people can be limited to.
        permits: whether a person may have something sent. It gets the person, the
            connection, the payload, and what returns a client where Zoho can be asked;
            raises a `ZohoError` where that did not work. Without it, whoever uses the
            connection may.
        probes: what shows that a connection works with it.
        versions: of its API, to choose from; the envelope's own is the recommended one.
        senders: the kinds of deliveries, for the outbox.
        jobs: the workers' regular ones.
        schema: what workers read anew before it grows old.
        holders: its own rows that may hold a customer's data.
        paces: of what Zoho counts by itself.
        notices: what it has to tell admins on a connection's page. It gets that
            `Connection`, and asks nobody but the database.
    """

    name: str
    envelope: Envelope
    features: Sequence[Feature]
    rights: Sequence[Right] = ()
    places: Places = Places()
    permits: Callable[..., bool] | None = None
    probes: Sequence[Probe] = ()
    versions: Sequence[Version] = ()
    senders: Sequence[Kind] = ()
    jobs: Sequence[Job] = ()
    schema: Sequence[Schema] = ()
    holders: Sequence[Holder] = ()
    paces: Sequence[Pace] = ()
    notices: Callable[[Any], Iterable[Notice]] = no_notices

    @property
    def key(self) -> str:
        return self.envelope.product

    @property
    def short_name(self) -> str:
        """What it is called where everybody knows whose it is."""
        return self.name.removeprefix("Zoho ")


_products: dict[str, Product] = {}


def register(product: Product) -> None:
    """Add a product.

    Raises:
        ValueError: another one has its key, or something in it has another's name, or
            one that is not its product's.
    """
    if product.key in _products:
        raise ValueError(f"product {product.key} is registered twice")
    features = [feature.key for feature in product.features]
    rights = [right.key for right in product.rights]
    kinds = [sender.kind for sender in product.senders]
    jobs = [job.name for each in (*every(), product) for job in each.jobs]
    for names in (features, rights, kinds, jobs):
        if len(names) != len(set(names)):
            raise ValueError(f"product {product.key} has a name twice: {names}")
    for name in (*features, *rights, *kinds):
        if product_key(name) != product.key:
            raise ValueError(f"{name} does not begin with {product.key}")
    erasure.register(*product.holders)
    _products[product.key] = product


def every() -> list[Product]:
    """Return all products in the order of the settings."""
    return list(_products.values())


def named(key: str) -> Product:
    """Return the product with this key, which something that is registered has."""
    return _products[key]


def find(key: str) -> Product | None:
    """Return the product with this key; None where it is not installed any more."""
    return _products.get(key)


def product_key(name: str) -> str:
    """Return the key of the product that a feature or a kind belongs to."""
    return name.partition(".")[0]
