"""Find what Zoho's files say about a request, whichever of them describes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from urllib.parse import urlsplit

from tests.openapi.normaliser import (
    YAML,
    Schema,
    document,
    folder,
    follow,
    normal,
)

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """One that may be sent; its place is "path", "query" or "header"."""

    place: str
    name: str
    is_required: bool
    schema: Schema


@dataclass
class Operation:
    """A request that a file describes."""

    spec: str
    method: str
    path: str
    # The part of an address that the file leaves to the server's own.
    base: str
    _node: Schema = field(repr=False)

    def __str__(self) -> str:
        return f"{self.spec} {self.method} {self.path}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.base + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))

    @cached_property
    def parameters(self) -> list[Parameter]:
        nodes = [*self._shared_parameters(), *self._node.get("parameters", [])]
        return [self._parameter(node) for node in nodes]

    @cached_property
    def bodies(self) -> dict[str, Schema]:
        """The schemas of what may be sent, by their content type."""
        body, here = follow(self._node.get("requestBody", {}), self.spec)
        return {
            kind.partition(";")[0]: normal(each["schema"], here)
            for kind, each in body.get("content", {}).items()
        }

    def _shared_parameters(self) -> list[Schema]:
        shared: list[Schema] = document(self.spec)["paths"][self.path].get(
            "parameters", []
        )
        return shared

    def _parameter(self, node: Schema) -> Parameter:
        found, here = follow(node, self.spec)
        schema = normal(found.get("schema", {}), here)
        return Parameter(
            found["in"], found["name"], found.get("required", False), schema
        )


def find(method: str, path: str) -> Operation | None:
    """Return the operation with the fewest blanks that a request fits."""
    fitting = [
        each
        for each in _operations()
        if each.method == method and each.pattern.fullmatch(path)
    ]
    return min(fitting, key=lambda each: each.path.count("{"), default=None)


@cache
def _operations() -> list[Operation]:
    root = folder()
    if root is None:
        return []
    files = sorted([*root.glob("*/*.json"), *root.glob(f"*/*{YAML}")])
    names = [file.relative_to(root).as_posix() for file in files]
    return [found for name in names for found in _operations_of(name)]


def _operations_of(spec: str) -> Iterator[Operation]:
    base = _base(document(spec))
    for path, nodes in document(spec).get("paths", {}).items():
        for method in METHODS:
            if method in nodes:
                yield Operation(spec, method.upper(), path, base, nodes[method])


def _base(file: Schema) -> str:
    """Return how the addresses of a file begin, whatever the API's version."""
    server: str = file.get("servers", [{"url": ""}])[0]["url"]
    return urlsplit(server).path.replace("{version}", r"v\d")
