"""What Desk's layouts let into a ticket, and what becomes of it afterwards."""

from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.sandbox.desk_world import JANE, REQUIRED, Department, errors
from tests.zoho import SandboxZoho

FULL: dict[str, dict[str, str]] = {
    "Support": {
        "cf_steps_to_reproduce": "One\nTwo",
        "cf_severity": "Major",
        "cf_affected_systems": "E-mail;Web site",
        "cf_users_affected": "12",
        "cf_has_backup": "true",
    },
    "Billing": {
        "cf_amount": "-12.50",
        "cf_discount": "10",
        "cf_hours": "1.25",
        "cf_accounts_email": "accounts@example.com",
    },
    "Repairs": {
        "cf_model": "P-100",
        "cf_picked_up_at": "2026-11-20T10:00:00.000Z",
        "cf_courier_phone": "+44 20 7946 0000",
        "cf_manual": "https://example.com/manual?of=P-100",
    },
}


class TestCreate:
    @pytest.mark.parametrize("name", ["Support", "Billing", "Repairs", "Sales"])
    def test_opens_a_ticket_in_every_department(
        self, rich: SandboxZoho, name: str
    ) -> None:
        department = Department(rich, connect(rich), name)
        custom = FULL.get(name, {})

        ticket = department.open(cf=custom).json

        assert ticket["cf"] == REQUIRED[name].get("cf", {}) | custom
        assert ticket["layoutId"] == department.layout_id

    @pytest.mark.parametrize("name", ["Support", "Billing", "Repairs"])
    def test_names_every_required_field(self, rich: SandboxZoho, name: str) -> None:
        department = Department(rich, connect(rich), name)

        reply = department.post(
            "tickets", {"departmentId": department.id, "contact": JANE}
        )

        least = REQUIRED[name]
        custom = {f"/cf/{each}" for each in least["cf"]}
        usual = {f"/{each}" for each in least.keys() - {"cf"}}
        assert {*errors(reply)} == {
            (pointer, "missing") for pointer in {"/subject", *usual, *custom}
        }

    @pytest.mark.parametrize(
        ("name", "field", "value"),
        [
            ("Support", "cf_serial_number", "x" * 41),
            ("Support", "cf_serial_number", 7),
            ("Support", "cf_severity", "Boring"),
            ("Support", "cf_affected_systems", "E-mail;Lift"),
            ("Support", "cf_users_affected", "a dozen"),
            ("Support", "cf_users_affected", "1234567890"),
            ("Support", "cf_has_backup", "maybe"),
            ("Support", "cf_nothing", "x"),
            ("Billing", "cf_invoice_date", "20/11/2026"),
            ("Billing", "cf_invoice_date", "2026-02-30"),
            ("Billing", "cf_amount", "12.505"),
            ("Billing", "cf_amount", "£12"),
            ("Billing", "cf_discount", "-1"),
            ("Billing", "cf_discount", "1.5"),
            ("Billing", "cf_hours", "1:30"),
            ("Billing", "cf_accounts_email", "nowhere"),
            ("Repairs", "cf_picked_up_at", "2026-11-20"),
            ("Repairs", "cf_picked_up_at", "2026-11-20T25:00:00Z"),
            ("Repairs", "cf_courier_phone", "0" * 31),
            ("Repairs", "cf_manual", "no address"),
        ],
    )
    def test_points_to_a_custom_field(
        self, rich: SandboxZoho, name: str, field: str, value: object
    ) -> None:
        reply = Department(rich, connect(rich), name).open(cf={field: value})

        assert errors(reply) == [(f"/cf/{field}", "invalid")]

    @pytest.mark.parametrize(
        "change",
        [
            {"subject": "x" * 256},
            {"status": "Returned"},
            {"priority": "Whenever"},
            {"channel": "Counter"},
            {"classification": "Riddle"},
            {"category": "Weather"},
            {"language": "Latin"},
            {"productId": "x"},
            {"cf": "x"},
        ],
    )
    def test_points_to_a_field_of_the_system(
        self, support: Department, change: dict[str, Any]
    ) -> None:
        least = REQUIRED["Support"]
        body = {"subject": "Broken", "departmentId": support.id, "contact": JANE}

        reply = support.post("tickets", body | least | change)

        assert errors(reply) == [(f"/{next(iter(change))}", "invalid")]

    def test_wants_values_that_go_together(self, support: Department) -> None:
        fits = support.open(category="Hardware", subCategory="Printer")
        refused = support.open(category="Hardware", subCategory="Office")

        assert fits.status == 200
        assert errors(refused) == [("/subCategory", "invalid")]

    def test_wants_a_parent_beside_a_child(
        self, rich: SandboxZoho, repairs: Department
    ) -> None:
        rich.change_layout(repairs.layout_id, free_field="cf_device")

        reply = repairs.open(cf={"cf_device": "", "cf_model": "P-100"})

        assert errors(reply) == [("/cf/cf_model", "invalid")]

    def test_refuses_the_department_of_another_organisation(
        self, support: Department, repairs: Department
    ) -> None:
        reply = support.open(departmentId=repairs.id)

        assert errors(reply) == [("/departmentId", "invalid")]

    def test_takes_the_name_of_a_new_contact(
        self, rich: SandboxZoho, support: Department
    ) -> None:
        contact = JANE | {"firstName": "Jane", "phone": "+44 20 7946 0000"}

        support.open(contact=contact)

        made = rich.records()["desk_contacts"][-1]
        assert {name: made[name] for name in contact} == contact

    def test_may_take_less_of_a_new_contact(self, zoho: SandboxZoho) -> None:
        zoho.reset(desk="rich", strict_inline_contact=True)
        support = Department(zoho, connect(zoho), "Support")

        reply = support.open(contact=JANE | {"firstName": "Jane"})

        assert (reply.status, reply.json["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")
        assert "errors" not in reply.json
        assert support.open().status == 200

    def test_ends_with_the_licence(self, zoho: SandboxZoho) -> None:
        zoho.reset(ticket_limit=5)
        sales = Department(zoho, connect(zoho), "Support")
        body = {"subject": "x", "departmentId": sales.id, "contact": JANE}

        fits, refused = (sales.post("tickets", body) for _ in range(2))

        assert fits.status == 200
        assert refused.status == 403
        assert refused.json["errorCode"] == "LICENSE_ACCESS_LIMITED"
        assert refused.json["maxAllowedEntity"] == 5


class TestChange:
    @pytest.fixture
    def ticket(self, support: Department) -> dict[str, Any]:
        made: dict[str, Any] = support.open(subCategory="Printer").json
        return made

    def test_moves_the_status(
        self, rich: SandboxZoho, support: Department, ticket: dict[str, Any]
    ) -> None:
        path = f"tickets/{ticket['id']}"

        closed = support.patch(path, {"status": "Solved"}).json
        waiting = support.patch(path, {"status": "Waiting for parts"}).json

        assert (closed["status"], closed["statusType"]) == ("Solved", "Closed")
        assert closed["closedTime"]
        assert closed["modifiedTime"] >= ticket["modifiedTime"]
        assert waiting["statusType"] == "On Hold"
        assert waiting["closedTime"] is None
        assert waiting["onholdTime"]
        assert rich.effects()[-1] == f"updated ticket {ticket['id']}"

    def test_leaves_the_rest_as_it_is(
        self, support: Department, ticket: dict[str, Any]
    ) -> None:
        changed = support.patch(
            f"tickets/{ticket['id']}", {"cf": {"cf_severity": "Minor"}}
        ).json

        assert changed["cf"] == {"cf_serial_number": "S-1", "cf_severity": "Minor"}
        assert changed["subject"] == ticket["subject"]

    @pytest.mark.parametrize(
        ("change", "pointer", "problem"),
        [
            ({"subject": ""}, "/subject", "missing"),
            ({"status": "Returned"}, "/status", "invalid"),
            ({"status": None}, "/status", "missing"),
            ({"cf": {"cf_serial_number": ""}}, "/cf/cf_serial_number", "missing"),
            ({"category": "Software"}, "/subCategory", "invalid"),
            ({"contactId": "1"}, "/contactId", "invalid"),
            ({"uploads": ["1"]}, "/uploads", "invalid"),
        ],
    )
    def test_points_to_what_is_wrong(
        self,
        support: Department,
        ticket: dict[str, Any],
        change: dict[str, Any],
        pointer: str,
        problem: str,
    ) -> None:
        reply = support.patch(f"tickets/{ticket['id']}", change)

        assert errors(reply) == [(pointer, problem)]

    def test_keeps_custom_values_together(self, repairs: Department) -> None:
        path = f"tickets/{repairs.open(cf={'cf_model': 'P-100'}).json['id']}"

        refused = repairs.patch(path, {"cf": {"cf_device": "Laptop"}})

        assert errors(refused) == [("/cf/cf_model", "invalid")]

    def test_does_not_move_to_another_department(
        self, support: Department, ticket: dict[str, Any]
    ) -> None:
        reply = support.patch(f"tickets/{ticket['id']}", {"departmentId": support.id})

        assert reply.json["errorCode"] == "UNPROCESSABLE_ENTITY"

    def test_wants_the_scope(self, rich: SandboxZoho, ticket: dict[str, Any]) -> None:
        support = Department(rich, connect(rich, "Desk.tickets.READ"), "Support")

        reply = support.patch(f"tickets/{ticket['id']}", {"status": "Solved"})

        assert reply.status == 403

    def test_does_not_reach_another_organisation(
        self, repairs: Department, ticket: dict[str, Any]
    ) -> None:
        reply = repairs.patch(f"tickets/{ticket['id']}", {"status": "New"})

        assert reply.status == 404


class TestRead:
    def test_brings_what_is_around_a_ticket(self, support: Department) -> None:
        ticket = support.open().json
        include = "include=contacts,departments,assignee"

        shown = support.get(f"tickets/{ticket['id']}?{include}").json

        assert shown["contact"]["email"] == JANE["email"]
        assert shown["department"] == {"id": support.id, "name": "Support"}
        assert shown["assignee"] is None
        assert "contact" not in support.get(f"tickets/{ticket['id']}").json

    def test_lists_by_status(self, client: Client) -> None:
        found = client.get("/api/v1/tickets?status=Open,On%20Hold").json["data"]

        assert sorted(each["status"] for each in found) == ["On Hold", "Open", "Open"]

    def test_has_no_conversation_yet(self, support: Department) -> None:
        ticket = support.open().json

        assert support.get(f"tickets/{ticket['id']}/conversations").status == 204
        assert support.get("tickets/1/conversations").status == 404
