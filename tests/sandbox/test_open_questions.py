"""Where nobody has confirmed what Zoho does, the sandbox does either."""

import pytest

from tests.sandbox.client import connect
from tests.zoho import SandboxZoho


class TestOpenQuestions:
    @pytest.mark.parametrize("status", [401, 403])
    def test_status_of_a_missing_scope(self, zoho: SandboxZoho, status: int) -> None:
        zoho.reset(desk_scope_status=status)
        org = {"orgId": zoho.records()["tickets"][0]["org_id"]}

        reply = connect(zoho, "Desk.basic.READ").get("/api/v1/tickets", **org)

        assert (reply.status, reply.json["errorCode"]) == (status, "SCOPE_MISMATCH")

    @pytest.mark.parametrize(("reuses", "more"), [(True, 0), (False, 1)])
    def test_contact_of_a_ticket(
        self, zoho: SandboxZoho, reuses: bool, more: int
    ) -> None:
        zoho.reset(desk_reuses_contacts=reuses)
        known = zoho.records()
        first = known["tickets"][0]
        contact = {"lastName": "Archer", "email": "ada.archer@example.com"}
        ticket = {
            "subject": "Printer",
            "departmentId": first["departmentId"],
            "contact": contact,
        }

        connect(zoho).post("/api/v1/tickets", ticket, orgId=first["org_id"])

        effects = [each for each in zoho.effects() if "created Desk contact" in each]
        assert len(effects) == more

    @pytest.mark.parametrize("status", [204, 400, 404])
    def test_record_that_is_not_there(self, zoho: SandboxZoho, status: int) -> None:
        zoho.reset(crm_unknown_record=status)

        assert connect(zoho).get("/crm/v8/Contacts/1").status == status

    @pytest.mark.parametrize(("is_exact", "status"), [(True, 204), (False, 200)])
    def test_equals(self, zoho: SandboxZoho, is_exact: bool, status: int) -> None:
        zoho.reset(crm_equals_is_exact=is_exact)

        reply = connect(zoho).get(
            "/crm/v8/Contacts/search?criteria=(Last_Name:equals:Arch)"
        )

        assert reply.status == status

    @pytest.mark.parametrize(("wants", "status"), [(True, 400), (False, 204)])
    def test_fields_of_attachments(
        self, zoho: SandboxZoho, wants: bool, status: int
    ) -> None:
        zoho.reset(crm_attachments_want_fields=wants)
        own = zoho.crm_records("Contacts")[0]["id"]

        reply = connect(zoho).get(f"/crm/v8/Contacts/{own}/Attachments")

        assert reply.status == status
