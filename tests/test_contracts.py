"""Who may know whom: a new module is under the import contracts by itself."""

import subprocess
import tomllib
from pathlib import Path

from django.conf import settings

from tests.support import tree

# A module that is new, what it imports, and the contract that forbids it.
FORBIDDEN = [
    ("connections/zoho/fresh.py", "requests", "One place performs HTTP"),
    ("connections/views/fresh.py", "urllib3", "One place performs HTTP"),
    ("crm/zoho/fresh.py", "requests", "One place performs HTTP"),
    ("zohoportal/web/fresh.py", "urllib3", "One place performs HTTP"),
    ("connections/zoho/rogue.py", "django", "Zoho's protocol is plain Python"),
    ("desk/fresh.py", "cryptography", "One place does cryptography"),
    ("connections/fresh.py", "zohoportal.outbox.services", "Arrows point downwards"),
    ("zohoportal/outbox/fresh.py", "desk.services", "Arrows point downwards"),
    ("zohoportal/accounts/fresh.py", "connections.models", "Arrows point downwards"),
    ("crm/fresh.py", "desk.models", "Arrows point downwards"),
    ("crm/schema/fresh.py", "crm.forms.record", "Rooms of a product"),
    (
        "zohoportal/outbox/delivering/fresh.py",
        "zohoportal.outbox.worker.news",
        "outbox",
    ),
    ("zohoportal/web/paging.py", "connections.models", "Arrows point downwards"),
    ("zohoportal/sandbox/fresh.py", "connections.models", "The sandbox stands alone"),
    ("crm/rogue.py", "zohoportal.sandbox.clock", "does not know the sandbox"),
]

# What is run by itself, or before there are settings: nothing imports it.
PROGRAMS = {
    "zohoportal.run.audit",
    "zohoportal.run.demo",
    "zohoportal.run.front",
    "zohoportal.run.lines",
    "zohoportal.run.new_env",
    "zohoportal.run.site_url",
    "zohoportal.run.supervisor",
}


def config() -> dict[str, object]:
    with (tree.ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, object] = tomllib.load(file)["tool"]["importlinter"]
    return found


def test_see_what_a_new_module_must_not_import(tmp_path: Path) -> None:
    portal = tree.copy(tmp_path)
    for file, what, _ in FORBIDDEN:
        with (portal / file).open("a", encoding="utf-8") as source:
            source.write(f"import {what}\n")

    done = subprocess.run(
        ["lint-imports", "--no-cache"],
        cwd=portal,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    broken = {line for line in done.stdout.splitlines() if " BROKEN" in line}
    for file, what, contract in FORBIDDEN:
        module = file.removesuffix(".py").replace("/", ".")
        assert any(contract in line for line in broken), contract
        assert f"{module} -> {what} (l." in done.stdout


def test_name_every_product() -> None:
    contracts = str(config()["contracts"])
    for app in settings.PRODUCTS:
        assert app in config()["root_packages"]  # type: ignore[operator]  # a list
        assert f"'{app}'" in contracts


def test_give_every_module_of_a_shared_room_its_layer() -> None:
    layers = str(config()["contracts"])
    for room in ("web", "run"):
        for file in (tree.ROOT / "zohoportal" / room).glob("[a-z]*.py"):
            named = f"zohoportal.{room}.{file.stem}"
            assert named in layers or named in PROGRAMS, named
