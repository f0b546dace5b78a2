from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from connections import services
from connections.health import checks, probes
from connections.models import Connection
from connections.zoho.errors import UnexpectedReply
from crm.probes import ORGANISATION
from tests.connections.journey import organisations
from tests.recorded import body_of
from tests.zoho import SandboxZoho

NAMES = [
    "address",
    "client",
    "secret",
    "signed_in",
    "region",
    "permissions",
    "crm_organisation",
    "crm_contacts",
    "desk_organisation",
    "desk_departments",
    "credits",
]
TOKEN = "/oauth/v2/token"
PROFILE = "/oauth/user/info"
ORG = "/crm/v8/org"
ORGANISATIONS = "/api/v1/organizations"
DEPARTMENTS = "/api/v1/departments"


def run(connection: Connection, *granted: str) -> checks.Report:
    client = services.client_for(connection)
    scopes = granted or connection.grants.get(is_current=True).scopes
    return checks.run(client, connection, scopes)


def check_of(report: checks.Report, key: str) -> checks.Check:
    return next(check for check in report.checks if check.key == key)


def answer(zoho: SandboxZoho, path: str, body: Any, status: int = 200) -> None:
    zoho.script("GET", path, {"status": status, "body": body})


class TestRun:
    def test_names_every_check_one_by_one_r03(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        report = run(connection)

        assert [check.key for check in report.checks] == NAMES
        assert [check.text for check in report.checks] == [
            f"{settings.SITE_URL}, and the clock is right",
            "known to Zoho",
            "fits",
            "as admin@example.com",
            f"Sandbox, {connection.data_center_row.sign_in}",
            "all that are needed",
            "Example Ltd, Enterprise edition: 50,000 API credits a day or more",
            "can be read",
            "Example Ltd, Enterprise edition: 100,000 API credits a day or more",
            "Support, Billing",
            "Desk: 4,997 left today",
        ]
        assert all(check.ok for check in report.checks)
        assert report.signed_in

    def test_asks_only_about_the_chosen_products(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        connection.features = ["crm.contacts"]

        report = run(connection)

        assert [check.key for check in report.checks if "desk" in check.key] == []
        assert not [e for e in zoho.journal() if e["path"].startswith("/api/")]

    def test_reaches_no_product_before_there_is_a_token(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        connection.grants.update(expires_at=timezone.now())
        zoho.script("POST", TOKEN, {"status": 503, "body": "<p>"})

        report = run(connection)

        failed = [check.key for check in report.checks if not check.ok]
        assert failed == [*NAMES[1:5], *NAMES[6:10]]
        assert [entry["path"] for entry in zoho.journal()] == [TOKEN]
        assert check_of(report, "crm_contacts").next_step

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (503, "<p>"),
            (404, "<html>"),
            (401, {"cause": "INVALID_OAUTHSCOPE"}),
            (401, {"cause": "INVALID_OAUTHTOKEN"}),
            (200, ["admin@example.com"]),
            (200, {"Email": 7}),
        ],
        ids=str,
    )
    def test_does_without_the_name_of_who_signed_in(
        self, zoho: SandboxZoho, connection: Connection, status: int, body: Any
    ) -> None:
        # Whether every region has the address is unconfirmed: the products tell.
        zoho.script("GET", PROFILE, *[{"status": status, "body": body}] * 2)

        report = run(connection)

        assert [check.key for check in report.checks if not check.ok] == []
        assert check_of(report, "signed_in").text == "yes"
        assert report.signed_in

    def test_is_not_sure_of_the_sign_in_while_nothing_is_answered(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        for path in (PROFILE, ORG, "/crm/v8/Contacts", ORGANISATIONS, DEPARTMENTS):
            answer(zoho, path, "<p>", 503)

        report = run(connection)

        assert not report.signed_in
        assert check_of(report, "signed_in").text.startswith("Zoho has a problem")

    @pytest.mark.parametrize(
        ("key", "path"),
        [
            ("crm_organisation", ORG),
            ("crm_contacts", "/crm/v8/Contacts"),
            ("desk_organisation", ORGANISATIONS),
            ("desk_departments", DEPARTMENTS),
        ],
    )
    def test_goes_on_after_a_failed_check(
        self, zoho: SandboxZoho, connection: Connection, key: str, path: str
    ) -> None:
        answer(zoho, path, "<p>", 503)

        report = run(connection)

        assert [check.key for check in report.checks if not check.ok] == [key]
        assert check_of(report, key).text.startswith("Zoho has a problem")
        assert check_of(report, key).next_step == "Try again in a few minutes."

    @pytest.mark.parametrize(
        ("path", "case", "status", "title"),
        [
            (ORG, "no_permission", 403, "The Zoho user behind this connection may"),
            (ORG, "scope_mismatch", 401, "A permission is missing: CRM organisation"),
            (ORG, "invalid_url", 404, "Zoho has no such place for this connection"),
        ],
    )
    def test_says_what_is_wrong_and_what_to_do(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        path: str,
        case: str,
        status: int,
        title: str,
    ) -> None:
        answer(zoho, path, body_of("crm", case), status)

        check = check_of(run(connection), "crm_organisation")

        assert check.text.startswith(title)
        assert check.next_step
        assert check.action_label

    def test_names_the_features_without_permission(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        granted = [
            scope
            for scope in connection.grants.get().scopes
            if not scope.startswith("Desk.")
        ]

        check = check_of(run(connection, *granted), "permissions")

        assert not check.ok
        assert check.text == "A permission is missing: open tickets"
        assert check.action_label == "Add permission"

    @pytest.mark.parametrize("email", [None, "", 7, ["a"], {}])
    def test_bears_a_profile_without_an_address(
        self, zoho: SandboxZoho, connection: Connection, email: object
    ) -> None:
        answer(zoho, PROFILE, {"Email": email, "ZUID": 1})

        report = run(connection)

        assert check_of(report, "signed_in").text == "yes"
        assert report.zoho_user == ""


class TestProbes:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"org": []},
            {"org": None},
            {"org": {}},
            {"org": [7]},
            {"org": [{"zgid": "1"}]},
            {"org": [{"zgid": "1", "company_name": ["Example Ltd"]}]},
            {"org": [{"zgid": {}, "company_name": "Example Ltd"}]},
            {"org": [{"zgid": "9" * 5_000, "company_name": "Example Ltd"}]},
            {"org": [{"zgid": "\u0661", "company_name": "Example Ltd"}]},
        ],
        ids=str,
    )
    def test_bear_a_crm_organisation_of_another_shape(
        self, zoho: SandboxZoho, connection: Connection, body: object
    ) -> None:
        answer(zoho, ORG, body)

        check = check_of(run(connection), "crm_organisation")

        assert check.text.startswith("Zoho answered in a way that we do not know")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"data": []},
            {"data": None},
            {"data": "x"},
            {"data": [7]},
            {"data": [{"id": "1"}]},
            {"data": [{"id": "1", "companyName": {"name": "Example Ltd"}}]},
            {"data": [{"id": ["1"], "companyName": "Example Ltd"}]},
            {"data": [{"id": 10**30, "companyName": "Example Ltd"}]},
        ],
        ids=str,
    )
    def test_bear_desk_organisations_of_another_shape(
        self, zoho: SandboxZoho, connection: Connection, body: object
    ) -> None:
        answer(zoho, ORGANISATIONS, body)

        check = check_of(run(connection), "desk_organisation")

        assert check.text.startswith("Zoho answered in a way that we do not know")

    @pytest.mark.parametrize("licence", [None, [], "x", {"paid_type": ["x"]}], ids=str)
    def test_do_without_the_licence_of_a_crm_organisation(
        self, zoho: SandboxZoho, connection: Connection, licence: object
    ) -> None:
        known = connection.product_accounts.get(product="crm")
        own = {"zgid": int(known.external_id), "company_name": "x" * 300}
        answer(zoho, ORG, {"org": [own | {"license_details": licence}]})

        check = check_of(run(connection), "crm_organisation")

        assert check.ok
        assert check.text == "x" * 255

    def test_pass_over_an_odd_desk_organisation_among_others(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        known = connection.product_accounts.get(product="desk")
        own = {"id": known.external_id, "companyName": "", "portalName": "ours"}
        odd: list[object] = [None, {"id": "7"}, {"id": {}, "companyName": "x"}]
        answer(zoho, ORGANISATIONS, {"data": [*odd, own | {"edition": ["FREE"]}]})

        report = run(connection)

        assert report.accounts["desk"] == probes.Account(known.external_id, "ours")
        assert check_of(report, "desk_organisation").text == "ours"

    @pytest.mark.parametrize(
        "body", [{"data": None}, {"data": "x"}, {"data": [7]}, {"data": [{}]}], ids=str
    )
    def test_bear_departments_of_another_shape(
        self, zoho: SandboxZoho, connection: Connection, body: object
    ) -> None:
        answer(zoho, DEPARTMENTS, body)

        check = check_of(run(connection), "desk_departments")

        assert check.text.startswith("Zoho answered in a way that we do not know")

    def test_say_when_there_is_no_department_to_see(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"status": 204})

        check = check_of(run(connection), "desk_departments")

        assert check.text == "none that this Zoho user can see"

    def test_leave_the_choice_of_several_organisations_to_an_admin(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        connection.product_accounts.filter(product="desk").delete()
        found = organisations(("1", "First"), ("2", "Second"))
        zoho.script("GET", ORGANISATIONS, found)

        report = run(connection)

        assert [account.name for account in report.choices["desk"]] == [
            "First",
            "Second",
        ]
        assert DEPARTMENTS not in [entry["path"] for entry in zoho.journal()]

    def test_take_the_chosen_one_of_several(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        known = connection.product_accounts.get(product="desk")
        found = organisations(("1", "First"), (known.external_id, "Ours"))
        zoho.script("GET", ORGANISATIONS, found)

        report = run(connection)

        assert report.accounts["desk"] == probes.Account(known.external_id, "Ours")
        assert report.choices == {}


class TestReport:
    def test_becomes_rows_that_a_connection_keeps(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        rows = run(connection).as_rows()

        assert [checks.Check(**row).key for row in rows] == NAMES


class TestFailedProbe:
    def test_is_not_hidden_by_a_fault_of_ours(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        client = services.client_for(connection)
        answer(zoho, ORG, {"org": None})

        with pytest.raises(UnexpectedReply):
            ORGANISATION.run(client)
