"""Test modules stand alone: what several of them use lies beside them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent


def is_for_pytest_alone(module: str) -> bool:
    name = module.rpartition(".")[2]
    return name == "conftest" or name.startswith("test_")


def imported(source: str) -> Iterator[str]:
    """Yield all of ours that a module may import: modules, and names in them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden(source: str) -> list[str]:
    names = [name for name in imported(source) if name.startswith("tests.")]
    return [name for name in names if is_for_pytest_alone(name)]


class TestImports:
    def test_do_not_lead_to_a_test_module(self) -> None:
        found = {
            str(path.relative_to(TESTS)): names
            for path in TESTS.rglob("*.py")
            if (names := forbidden(path.read_text()))
        }

        assert not found

    @pytest.mark.parametrize(
        "line",
        [
            "from tests.crm.test_contact import send",
            "from tests.crm import test_contact as contact",
            "from tests.browser.conftest import Enter",
            "import tests.crm.test_contact",
            "def late():\n    from tests.conftest import connected",
        ],
    )
    def test_would_be_seen(self, line: str) -> None:
        assert forbidden(line)
