"""Bodies of Zoho's answers, spoilt at random: values, types, lengths, nesting."""

import json
from random import Random
from typing import Any

DIGITS = "9" * 5_000
ABSURD: list[Any] = [
    None,
    True,
    False,
    "",
    " ",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"id": {}},
    {"name": ["x"]},
    0,
    -1,
    7,
    1.5,
    10**30,
    -(10**30),
    1e308,
    DIGITS,
    "٣٤٥",
    "12\n",
    "0x1F",
    "-None-",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31",
    "2026-05-14T12:51:02",
    "2026-02-30",
    "http://[::1",
    "https://[]/",
    "javascript:alert(1)",
    "//evil.example",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "<a " * 60,
    "<" * 2_000,
    "<!--" * 500,
    "&#x110000;&#0;&amp" * 50,
    "\u202ereversed\u2066",
    "%s %(value)s {0} {}",
    "{{ x }}{% load x %}",
    "a" * 100_000,
    "\r\n" * 20_000,
    "é" * 3_000,
]
# Odd as a whole, or as a piece of the text.
RAW = [
    "",
    "null",
    "[]",
    "[1]",
    '"x"',
    "1",
    "<html><p>Sorry</p></html>",
    "[" * 3_000,
    '{"a":' * 3_000,
    '{"data": [' + "[" * 60 + "]" * 60 + "]}",
    '{"data": NaN}',
    '{"data": "\\ud800"}',
    '{"data": "\\u0000"}',
    '{"data": ' + DIGITS + "}",
    '{"data": 1e999}',
    "\ufeff{}",
    "{}",
]


def spoilt(chance: Random, body: str) -> str:
    """Return a body of an answer with up to three things wrong with it."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or chance.random() < 0.04:
        return chance.choice(RAW)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        _spoil(chance, found)
    text = json.dumps(found)
    if chance.random() < 0.03:
        return text[: chance.randrange(len(text))]
    return text


def _spoil(chance: Random, found: Any) -> None:
    places = list(_places(found))
    if places and chance.random() < 0.6:
        _spoil_everywhere(chance, places)
    elif places:
        node, key = chance.choice(places)
        way = chance.choice([_lose, _wrap, _name, _deepen, _repeat, _swap, _set, _set])
        way(chance, node, key)


def _spoil_everywhere(chance: Random, places: list[Any]) -> None:
    """Spoil all values of a name; each name is as likely as the others."""
    name = chance.choice(sorted({key for _, key in places if isinstance(key, str)}))
    value = chance.choice(ABSURD)
    for node, key in places:
        if key == name and key in node:
            node[key] = value


def _lose(_chance: Random, node: Any, key: Any) -> None:
    del node[key]


def _wrap(_chance: Random, node: Any, key: Any) -> None:
    node[key] = [node[key]]


def _name(_chance: Random, node: Any, key: Any) -> None:
    node[key] = {"id": node[key], "name": node[key]}


def _deepen(chance: Random, node: Any, key: Any) -> None:
    for level in range(chance.choice([5, 30, 200])):
        node[key] = {"a": node[key]} if level % 2 else [node[key]]


def _repeat(chance: Random, node: Any, key: Any) -> None:
    node[key] = [node[key]] * chance.choice([2, 300, 3_000])


def _swap(_chance: Random, node: Any, key: Any) -> None:
    node[key] = str(node[key]) if isinstance(node[key], int) else 7


def _set(chance: Random, node: Any, key: Any) -> None:
    node[key] = chance.choice(ABSURD)


def _places(node: Any) -> Any:
    """Yield each node with each of its keys."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(pairs):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)
