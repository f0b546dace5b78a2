"""What a product of Zoho brings to the client: where it is asked, how it refuses."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from connections.zoho.datacenters import DataCenter
from connections.zoho.refusals import Refusal
from connections.zoho.shapes import Json


@dataclass(frozen=True)
class Pace:
    """How fast calls may follow each other where Zoho counts them by the minute.

    Attributes:
        name: of what Zoho counts together; a pause of it pauses nothing else.
        every: so many seconds one call is worth.
        at_once: so many may follow each other after a rest.
        longer: what each call is worth of longer times, where Zoho counts those too.
    """

    name: str
    every: float
    at_once: int = 1
    longer: tuple["Pace", ...] = ()


@dataclass(frozen=True)
class Envelope:
    """How one product of Zoho is called, and how its refusals are read.

    Attributes:
        product: its key; organisations and versions go by it.
        host: the column of the data centres' table that it is asked at.
        base: what every path begins with; `{version}` in it is that of its API.
        version: the one that is asked unless a connection has chosen another one.
        unversioned: first parts of paths for which no other can be chosen.
        refusal: returns what the object of a reply refused.
        hides_refusal: whether the object of a reply refused something although its
            status says that all went well.
        organisation_header, organisation_param: by what a call names its organisation.
        unaddressed: paths that are asked of no organisation, such as which there are.
        credits_header: in which replies say how many calls are left today.
        pace: of its calls, where they are not counted with all of the product's.
    """

    product: str
    host: str
    base: str
    version: str
    refusal: Callable[[Json], Refusal]
    hides_refusal: Callable[[Json], bool] = lambda body: False  # noqa: ARG005  # most do not
    unversioned: Collection[str] = ()
    organisation_header: str = ""
    organisation_param: str = ""
    unaddressed: Collection[str] = ()
    credits_header: str = ""
    pace: Pace | None = None

    def version_of(self, chosen: Mapping[str, str]) -> str:
        """Return the version of this product among those that a connection chose."""
        return chosen.get(self.product) or self.version

    def url(self, row: DataCenter, path: str, chosen: Mapping[str, str]) -> str:
        """Return the address of a path for a connection at this data centre."""
        is_free = path.partition("/")[0] not in self.unversioned
        version = self.version_of(chosen) if is_free else self.version
        return f"{row.hosts[self.host]}/{self.base.format(version=version)}/{path}"

    def organisation(
        self, path: str, known: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and the parameters that name whose a path is."""
        named = "" if path in self.unaddressed else known.get(self.product, "")
        header, param = self.organisation_header, self.organisation_param
        return (
            {header: named} if header and named else {},
            {param: named} if param and named else {},
        )
