import subprocess
from typing import Any

import pytest

from tests.sandbox.client import Client
from tests.zoho import SandboxZoho

ORG = "/crm/v8/org"
DEPARTMENTS = "/api/v1/departments"
UPSERT = "/crm/v8/Contacts/upsert"
BAD = {"status": 502}


def statuses(client: Client, path: str, times: int) -> list[int]:
    return [client.get(path).status for _ in range(times)]


class TestChaos:
    def test_gives_a_share_of_the_calls_a_fault(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.chaos(1, 0.3, BAD)

        broken = statuses(client, ORG, 100).count(502)

        assert 20 <= broken <= 40

    def test_is_the_same_with_the_same_seed(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        faults = [BAD, {"status": 503}]
        zoho.chaos(7, 0.5, *faults)
        first = statuses(client, ORG, 30)
        zoho.chaos(7, 0.5, *faults)
        second = statuses(client, ORG, 30)
        zoho.chaos(8, 0.5, *faults)
        other = statuses(client, ORG, 30)

        assert first == second
        assert first != other

    def test_chooses_by_weight(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.chaos(1, 1, BAD | {"weight": 9}, {"status": 503, "weight": 1})

        found = statuses(client, ORG, 100)

        assert found.count(502) > 80
        assert found.count(502) + found.count(503) == 100
        assert 503 in found

    def test_keeps_to_the_method_and_the_path(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.chaos(1, 1, BAD | {"method": "get", "path": "/crm/*"})

        assert client.get(ORG).status == 502
        assert client.get(DEPARTMENTS).status == 200
        assert client.post(UPSERT, {"data": [{"Last_Name": "Doe"}]}).status == 200

    def test_leaves_everything_but_the_products_alone(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.chaos(1, 1, BAD)

        assert client.get("/console").status == 200

    def test_comes_after_what_is_scripted(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.chaos(1, 1, BAD)
        zoho.script("GET", ORG, {"status": 500})

        assert statuses(client, ORG, 2) == [500, 502]

    def test_ends_after_so_many_times(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.chaos(1, 1, BAD | {"times": 2})

        assert statuses(client, ORG, 4) == [502, 502, 200, 200]

    def test_ends_when_cleared(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.chaos(1, 1, BAD)
        zoho.clear_chaos()

        assert client.get(ORG).status == 200

    def test_kills_the_process_it_is_given(
        self,
        zoho: SandboxZoho,
        client: Client,
        victim: subprocess.Popen[bytes],
    ) -> None:
        zoho.chaos(1, 1, {"kill": {"pid": victim.pid}, "times": 1})

        assert statuses(client, ORG, 2) == [200, 200]
        assert victim.wait(5) == -9

    @pytest.mark.parametrize(
        "wish",
        [
            {},
            {"seed": 1, "share": 1},
            {"seed": 1, "share": 1, "faults": []},
            {"seed": 1, "share": 1, "faults": ["502"]},
            {"seed": 1, "share": 1, "faults": [{}]},
            {"seed": 1, "share": 1, "faults": [{"stauts": 502}]},
            {"seed": 1, "share": 1, "faults": [BAD | {"weight": 0}]},
            {"seed": 1, "share": 1, "faults": [BAD | {"path": 1}]},
            {"seed": 1, "share": 1.1, "faults": [BAD]},
            {"seed": 1, "share": "all", "faults": [BAD]},
            {"seed": "1", "share": 1, "faults": [BAD]},
            {"seed": 1, "share": 1, "faults": [BAD], "until": 1},
        ],
        ids=str,
    )
    def test_refuses_what_it_does_not_understand(
        self, zoho: SandboxZoho, wish: dict[str, Any]
    ) -> None:
        with pytest.raises(RuntimeError, match="error"):
            zoho._ask("POST", "/_sandbox/chaos", wish)
