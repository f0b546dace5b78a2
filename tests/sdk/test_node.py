from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sdk.runs import Result, run_node, why_no_node
from tests.zoho import SandboxZoho

pytestmark = pytest.mark.skipif(bool(why_no_node()), reason=why_no_node())


@pytest.fixture(scope="module")
def zoho() -> Iterator[SandboxZoho]:
    with SandboxZoho() as zoho:
        yield zoho


@pytest.fixture(scope="module")
def results(
    zoho: SandboxZoho, tmp_path_factory: pytest.TempPathFactory
) -> list[Result]:
    folder: Path = tmp_path_factory.mktemp("node")
    return run_node(zoho, folder)


class TestNodeSdk:
    def test_finds_everything_it_asks_for(self, results: list[Result]) -> None:
        assert [each for each in results if not each.is_good] == []
        assert len(results) >= 68

    def test_sends_a_token_call_in_parts_replies_s8(
        self, zoho: SandboxZoho, results: list[Result]
    ) -> None:
        (call,) = [each for each in zoho.journal() if each["path"] == "/oauth/v2/token"]

        assert call["form"] == {}
        assert call["parts"].keys() >= {"grant_type", "client_id", "client_secret"}
