"""A copy of the portal that a test may change."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *(
        "connections",
        "crm",
        "desk",
        "campaigns",
        "books",
        "zohoportal",
        "templates",
        "static",
        "tests",
    ),
    *("manage.py", "pyproject.toml"),
)


def copy(to: Path) -> Path:
    """Copy what runs and what tests it; return the folder."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, to / name)
    return to
