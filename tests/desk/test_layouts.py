import pytest
import time_machine
from django.utils import timezone

from connections import services
from connections.models import Connection
from connections.schema.sources import FRESH
from connections.zoho.errors import PermissionMissing, Unavailable, UnexpectedReply
from desk.zoho.layouts import Layout, forget_layout, layout_of, read_layout
from tests.support.departments import choose_organisation
from tests.zoho import SandboxZoho

LAYOUTS = "/api/v1/layouts"
FORM = "/api/v1/myForm"
DEPENDENCIES = "/api/v1/dependencyMappings"
NO = {"errorCode": "UNPROCESSABLE_ENTITY", "message": "No."}


def read(zoho: SandboxZoho, connection: Connection, department: str) -> Layout:
    chosen = choose_organisation(zoho, connection, department)
    return read_layout(services.client_for(connection), chosen)


class TestReadLayout:
    def test_knows_fields_marks_and_values(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        layout = read(zoho, rich, "Support")

        serial, priority = layout.field("cf_serial_number"), layout.field("priority")
        assert serial
        assert priority
        assert (serial.label, serial.kind) == ("Serial number", "Text")
        assert (serial.longest, serial.is_demanded) == (40, True)
        assert priority.values == ("Urgent", "High", "Medium", "Low")
        assert not priority.is_demanded

    def test_demands_nothing_that_has_a_default(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        status = read(zoho, rich, "Support").field("status")

        assert status
        assert status.is_mandatory
        assert not status.is_demanded

    def test_knows_which_values_go_together(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        dependency = read(zoho, rich, "Repairs").dependency_of("cf_model")

        assert dependency
        assert dependency.parent == "cf_device"
        assert dependency.choices["Laptop"] == ("L-13", "L-15 (touch)")

    def test_falls_back_where_desk_refuses_the_form(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        zoho.script("GET", FORM, {"status": 422, "body": NO})

        assert read(zoho, rich, "Billing").field("cf_amount")

    def test_takes_none_for_the_empty_choice_replies_s5(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        kinds = {"displayLabel": "x", "type": "Picklist"}
        names = ["category", "subCategory"]
        rows = [
            kinds | {"id": str(n), "apiName": name, "allowedValues": ["-None-", "A"]}
            for n, name in enumerate(names)
        ]
        sections = [{"name": "Ticket", "fields": rows}]
        zoho.script("GET", FORM, {"status": 200, "body": {"sections": sections}})
        mappings = {"-None-": ["-None-", "A"], "A": ["-None-"]}
        row = {"parentId": "0", "childId": "1", "mappings": mappings}
        zoho.script("GET", DEPENDENCIES, {"status": 200, "body": {"data": [row]}})

        layout = read(zoho, rich, "Support")

        assert [each.values for each in layout.fields] == [("A",), ("A",)]
        dependency = layout.dependency_of("subCategory")
        assert dependency
        assert dependency.choices == {"": ("A",), "A": ()}

    def test_keeps_the_names_of_sections(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        found = [each.section for each in read(zoho, rich, "Support").fields]

        assert list(dict.fromkeys(found)) == [
            "Ticket Information",
            "Additional Information",
        ]

    def test_is_refused_for_a_department_nobody_may_see_e16(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        with pytest.raises(PermissionMissing):
            read(zoho, rich, "Legal")

    @pytest.mark.parametrize(
        "sections", [None, [7], [{}], [{"fields": [{"apiName": "x"}]}]], ids=str
    )
    def test_refuses_another_shape(
        self, zoho: SandboxZoho, rich: Connection, sections: object
    ) -> None:
        body = {"id": "1", "sections": sections}
        for path in (FORM, f"{LAYOUTS}/*"):
            zoho.script("GET", path, {"status": 200, "body": body})

        with pytest.raises(UnexpectedReply):
            read(zoho, rich, "Support")


class TestLayoutOf:
    @pytest.fixture
    def support(self, zoho: SandboxZoho, rich: Connection) -> str:
        return choose_organisation(zoho, rich, "Support")

    def test_is_read_once(
        self, zoho: SandboxZoho, rich: Connection, support: str
    ) -> None:
        layout_of(rich, support)
        zoho.clear_journal()

        layout_of(rich, support)

        assert zoho.journal() == []

    def test_is_read_anew_when_it_is_forgotten(
        self, zoho: SandboxZoho, rich: Connection, support: str
    ) -> None:
        before = layout_of(rich, support)
        (layout,) = (
            each["id"]
            for each in zoho.records()["layouts"]
            if each["departmentId"] == support
        )
        zoho.change_layout(layout, remove_field="cf_severity")

        assert layout_of(rich, support) == before
        forget_layout(rich, support)
        assert layout_of(rich, support).field("cf_severity") is None

    def test_serves_longer_while_desk_is_down(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        support: str,
    ) -> None:
        before = layout_of(rich, support)
        zoho.script("GET", LAYOUTS, {"status": 503})

        with time_machine.travel(timezone.now() + FRESH * 1.1, tick=True):
            assert layout_of(rich, support) == before

    def test_is_not_there_while_desk_is_down_at_first(
        self, zoho: SandboxZoho, rich: Connection, support: str
    ) -> None:
        zoho.script("GET", LAYOUTS, {"status": 503})

        with pytest.raises(Unavailable):
            layout_of(rich, support)
