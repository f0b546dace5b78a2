import pytest

from connections import services
from connections.models import Connection
from connections.zoho.errors import Unavailable, UnexpectedReply
from desk.zoho.departments import departments_of, read_departments
from tests.desk.form import DEPARTMENTS
from tests.zoho import SandboxZoho


class TestDepartmentsOf:
    def test_are_those_that_are_in_use(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        found = departments_of(connection)

        assert [department.name for department in found] == ["Support", "Billing"]
        assert zoho.journal()[-1]["query"]["isEnabled"] == "true"

    def test_are_asked_for_once(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        departments_of(connection)

        departments_of(connection)

        assert len(zoho.journal()) == 1

    def test_are_asked_for_again_after_a_failure(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"status": 503})
        with pytest.raises(Unavailable):
            departments_of(connection)

        assert departments_of(connection)


class TestReadDepartments:
    def test_reads_more_than_zohos_first_ten(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        rows = [{"id": str(number), "name": "Team"} for number in range(25)]
        zoho.script("GET", DEPARTMENTS, {"status": 200, "body": {"data": rows}})

        found = read_departments(services.client_for(connection))

        assert len(found) == 25
        assert int(zoho.journal()[-1]["query"]["limit"]) == 200

    @pytest.mark.parametrize("number", [199, 200, 201, 430])
    def test_reads_to_the_end(
        self, zoho: SandboxZoho, connection: Connection, number: int
    ) -> None:
        rows = [{"id": str(each), "name": f"Team {each}"} for each in range(number)]
        pages = [rows[start : start + 200] for start in range(0, number, 200)]
        answers = [{"status": 200, "body": {"data": page}} for page in pages]
        zoho.script("GET", DEPARTMENTS, *answers, {"status": 204})

        found = read_departments(services.client_for(connection))

        assert [each.id for each in found] == [row["id"] for row in rows]

    def test_finds_none_in_an_answer_without_content(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"status": 204})

        assert read_departments(services.client_for(connection)) == []

    @pytest.mark.parametrize("data", [None, "x", [7], [{"id": "1"}], {"a": 1}], ids=str)
    def test_refuses_another_shape(
        self, zoho: SandboxZoho, connection: Connection, data: object
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"status": 200, "body": {"data": data}})

        with pytest.raises(UnexpectedReply):
            read_departments(services.client_for(connection))
