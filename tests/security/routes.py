"""Every URL of the portal, from its URLconf, so that none can be forgotten."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


def every() -> dict[str, frozenset[str]]:
    """Return the full name of every URL and the arguments that it takes."""
    return dict(_walk(get_resolver().url_patterns, "", frozenset()))


def address(name: str, values: dict[str, Any]) -> str:
    """Return the URL `name` with whichever of `values` it takes."""
    return reverse(name, kwargs={key: values[key] for key in every()[name]})


def _walk(
    patterns: list[Any], prefix: str, taken: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for each in patterns:
        arguments = taken | each.pattern.converters.keys()
        if isinstance(each, URLResolver):
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from _walk(each.url_patterns, inner, arguments)
        elif isinstance(each, URLPattern):
            assert each.name, f"{each.pattern} has no name"
            yield f"{prefix}{each.name}", arguments
