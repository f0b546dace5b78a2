import re
from collections.abc import Iterator

import pytest

from connections.models import Connection
from crm.product import PRODUCT
from tests.zoho import SandboxZoho

RECORDS = re.compile(r"/crm/(v\d)/(?!org|settings|users)")


@pytest.fixture(params=[each.key for each in PRODUCT.versions])
def version(request: pytest.FixtureRequest, zoho: SandboxZoho) -> Iterator[str]:
    """Each API version in turn: the test's connection uses it, for all records."""
    is_rich = "rich" in request.fixturenames
    made: Connection = request.getfixturevalue("rich" if is_rich else "connection")
    made.versions = {"crm": request.param}
    made.save()
    yield request.param
    used = [RECORDS.match(entry["path"]) for entry in zoho.journal()]
    assert {found[1] for found in used if found} <= {request.param}
