"""A new product is one folder, one line in the settings and one column of hosts."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import tree

LINES = {
    "zohoportal/settings.py": (
        'PRODUCTS = ["crm", "desk", "campaigns", "books"]',
        'PRODUCTS = ["crm", "desk", "campaigns", "books", "parcels"]',
    ),
    "connections/zoho/datacenters.py": (
        '        "desk": f"https://desk.{domain}",',
        '        "desk": f"https://desk.{domain}", "parcels": f"https://parcels.{domain}",',
    ),
}


def test_a_product_is_added_and_works(tmp_path: Path) -> None:
    portal = tree.copy(tmp_path)
    (portal / "tests" / "support" / "parcels").rename(portal / "parcels")
    for file, (before, after) in LINES.items():
        source = (portal / file).read_text("utf-8")
        assert source.count(before) == 1
        (portal / file).write_text(source.replace(before, after), "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/support/parcels_journey.py"],
        cwd=portal,
        # A server's test database belongs to the suite around this run.
        env={k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
