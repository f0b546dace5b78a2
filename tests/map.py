"""`make map`: what the house is like today, in figures, one JSON line each.

The sandbox is a program of its own: its folders and circles count, its lines do not.
"""

import ast
import json
import re
import statistics
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["connections", "crm", "desk", "campaigns", "books", "zohoportal"]
# The commit whose lines are the measure for what was added since.
BEFORE = "42510f8"
Function = ast.FunctionDef | ast.AsyncFunctionDef
WINDOW = 6
SHORT = 5
MOST_IN_A_FOLDER = 14


def main() -> None:
    """Print the figures; goals stand beside them where there are some."""
    everything = {path: path.read_text("utf-8") for path in sorted(_modules())}
    folders = Counter(
        _short(path.parent) for path in everything if path.name != "__init__.py"
    )
    full = {folder: n for folder, n in folders.items() if n > MOST_IN_A_FOLDER}
    _say("folders with too many modules", len(full), 0, folders=full)
    # What is imported for its types alone is no arrow when it runs.
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)
    circle = _circle(graph)
    _say("circles of imports", min(len(circle), 1), 0, circle=circle)
    upward = list(_upward(graph))
    _say("upward arrows", len(upward), 0, arrows=upward)
    sources = {
        path: text for path, text in everything.items() if "sandbox" not in path.parts
    }
    lengths = [len(text.splitlines()) for text in sources.values()]
    _say("lines of a module, p90", _p90([n for n in lengths if n]), 219)
    bodies = [_length(each) for text in sources.values() for each in _functions(text)]
    _say("lines of a function's body, p90", _p90(bodies), 14)
    once, handed_on = (
        [
            f"{_short(path)}:{name}"
            for path, text in sources.items()
            for name in _named_once(text, is_called=is_called)
        ]
        for is_called in (True, False)
    )
    _say("short private functions called once", len(once), 30, functions=once)
    # Such as one in a table, or of a thread: it has to have a name.
    _say("short private functions handed on once", len(handed_on), functions=handed_on)
    twice = _duplicates(everything)
    _say("pairs of places that share six lines", len(twice), 20, places=twice)
    _say("lines of product code", sum(lengths), before=_before(), then_at_most=16_500)


def _say(
    figure: str, value: object, goal: int | None = None, **details: object
) -> None:
    more = {name: each for name, each in details.items() if each}
    aim = {} if goal is None else {"goal": goal}
    print(json.dumps({"figure": figure, "value": value} | aim | more))


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _circle(graph: grimp.ImportGraph) -> list[str]:
    """Return the modules of one circle, empty where there is none."""
    names = graph.modules
    known = {name: graph.find_modules_directly_imported_by(name) for name in names}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def _upward(graph: grimp.ImportGraph) -> Iterator[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    for high, low in pairwise(layers):
        for lower in low.split(" | "):
            for upper in high.split(" | "):
                chain = graph.find_shortest_chain(lower, upper, as_packages=True)
                if chain:
                    yield " -> ".join(chain)


def _functions(text: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            yield node


def _length(function: Function) -> int:
    """Return the lines of its body, without the docstring."""
    said = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if said and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _named_once(text: str, *, is_called: bool) -> Iterator[str]:
    """Yield private functions of five lines at most that are named once.

    Either those that are called there, or those that are given to something else.
    """
    tree = ast.parse(text)
    called = {each.func for each in ast.walk(tree) if isinstance(each, ast.Call)}
    calls = {each.id for each in called if isinstance(each, ast.Name)}
    calls |= {each.attr for each in called if isinstance(each, ast.Attribute)}
    named = Counter(each.id for each in ast.walk(tree) if isinstance(each, ast.Name))
    named += Counter(
        each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)
    )
    for function in _functions(text):
        is_private = function.name.startswith("_") and not function.name.endswith("__")
        lines = (function.end_lineno or 0) - function.lineno + 1
        is_short = is_private and lines <= SHORT
        is_wanted = (function.name in calls) == is_called
        if is_short and is_wanted and named[function.name] == 1:
            yield function.name


def _duplicates(sources: dict[Path, str]) -> list[str]:
    """Return each pair of places that share so many lines, imports left out."""
    places: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    for path, text in sources.items():
        lines = [
            (number, line.strip())
            for number, line in enumerate(text.splitlines(), 1)
            if len(line.strip()) > 1 and not re.match(r"\s*(from|import) ", line)
        ]
        for start in range(len(lines) - WINDOW + 1):
            window = lines[start : start + WINDOW]
            places[tuple(line for _, line in window)].append((path, window[0][0]))
    pairs: dict[tuple[Path, Path, int], str] = {}
    for found in places.values():
        for (one, at), (other, there) in pairwise(found):
            # Windows that overlap are one place.
            key = (one, other, at - there)
            pairs.setdefault(key, f"{_short(one)}:{at} {_short(other)}:{there}")
    return sorted(pairs.values())


def _p90(values: list[int]) -> int:
    return round(statistics.quantiles(values, n=10)[-1])


def _before() -> int | None:
    """Return the lines of that commit; None in a clone without its history."""
    listed = _git("ls-tree", "-r", "--name-only", BEFORE, *PACKAGES)
    if listed is None:
        return None
    kept = (
        name
        for name in listed.splitlines()
        if name.endswith(".py") and not {"migrations", "sandbox"} & set(name.split("/"))
    )
    return sum(
        len((_git("show", f"{BEFORE}:{name}") or "").splitlines()) for name in kept
    )


def _git(*command: str) -> str | None:
    command = ("git", *command)
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return None if done.returncode else done.stdout


if __name__ == "__main__":
    main()
