from datetime import UTC, datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from connections.messages import texts
from connections.messages.explain import Step, explain, is_about_the_whole
from connections.messages.texts import Explanation, Text
from connections.zoho.errors import (
    FieldProblem,
    NotAsked,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    TokenRefused,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)

FACTS = {
    "region": "Europe",
    "redirect_uri": "https://portal.example.com/oauth/callback/",
    "product": "Zoho Desk",
    "organisation": "Example Ltd",
    "zoho_user": "alex@example.com",
    "feature": "open tickets",
    "place": "Zoho Desk",
    "module": "Leads",
    "minutes": "10",
    "other": "India",
}
FILE = {
    "file": "scan.pdf",
    "size": "25 MB",
    "type": ".pdf",
    "product": "Desk",
    "parent": "Ticket #7 was opened.",
}
AT = datetime(2026, 7, 1, 12, 20, tzinfo=UTC)
SETUP_WORDS = ("client", "secret", "reconnect", "redirect", "permission", "grant")

# The error, what was being done, and what ux.md section 5 says about it.
CASES: list[tuple[ZohoError, Step, str, str]] = [
    (
        ReconnectRequired("invalid_redirect_uri"),
        "exchange",
        "E01",
        "The redirect address at Zoho is different from ours",
    ),
    (
        ReconnectRequired("invalid_client"),
        "self_client",
        "E02",
        "Zoho does not know this client in Europe",
    ),
    (
        ReconnectRequired("invalid_client"),
        "exchange",
        "E03",
        "The client secret does not fit",
    ),
    (
        ReconnectRequired("invalid_client_secret"),
        "exchange",
        "E03",
        "The client secret does not fit",
    ),
    (
        ReconnectRequired("invalid_client_secret"),
        "self_client",
        "E03",
        "The client secret does not fit",
    ),
    (
        ReconnectRequired("invalid_client"),
        "write",
        "E03",
        "The client secret does not fit",
    ),
    (
        ReconnectRequired("invalid_code"),
        "exchange",
        "E04",
        "The sign-in took too long",
    ),
    (
        ReconnectRequired("invalid_code"),
        "self_client",
        "E05",
        "This code has expired or was used before",
    ),
    (
        ReconnectRequired("invalid_code"),
        "refresh",
        "E06",
        "Zoho has ended this connection",
    ),
    (
        ReconnectRequired("invalid_code"),
        "write",
        "E06",
        "Zoho has ended this connection",
    ),
    (
        ReconnectRequired("invalid_code"),
        "read",
        "E06",
        "Zoho has ended this connection",
    ),
    (
        ReconnectRequired("access_denied"),
        "exchange",
        "E07",
        "Access was not granted",
    ),
    (
        RateLimited("Access Denied", retry_at=AT),
        "write",
        "E09",
        "Zoho asks us to wait",
    ),
    (
        ReconnectRequired("no_refresh_token"),
        "exchange",
        "E10",
        "Zoho gave access for one hour only",
    ),
    (
        ReconnectRequired("state"),
        "consent",
        "E11",
        "This sign-in link is no longer good",
    ),
    (
        ReconnectRequired("unknown_host"),
        "consent",
        "E12",
        "This answer did not come from a Zoho address we know",
    ),
    (
        PermissionMissing("OAUTH_SCOPE_MISMATCH"),
        "write",
        "E13",
        "A permission is missing: open tickets",
    ),
    (
        PermissionMissing("SCOPE_MISMATCH"),
        "read",
        "E13",
        "A permission is missing: open tickets",
    ),
    (
        TokenRefused("INVALID_TOKEN", status=401),
        "write",
        "E14",
        "Zoho no longer accepts this connection",
    ),
    (
        TokenRefused("INVALID_OAUTH", status=401),
        "read",
        "E14",
        "Zoho no longer accepts this connection",
    ),
    (
        PermissionMissing("OAUTH_ORG_MISMATCH"),
        "write",
        "E15",
        "This sign-in belongs to another Desk organisation",
    ),
    (
        PermissionMissing("OAUTH_ORG_MISMATCH"),
        "exchange",
        "E15",
        "This sign-in belongs to another organisation",
    ),
    (
        PermissionMissing("6041"),
        "write",
        "E15",
        "This sign-in may not work with the organisation that was chosen",
    ),
    (
        PermissionMissing("NO_PERMISSION"),
        "write",
        "E16",
        "The Zoho user behind this connection may not do this",
    ),
    (
        PermissionMissing("AUTHORIZATION_FAILED"),
        "write",
        "E16",
        "The Zoho user behind this connection may not do this",
    ),
    (
        PermissionMissing("ONLY_LIVECHAT_USER"),
        "write",
        "E16",
        "The Zoho user behind this connection may not do this",
    ),
    (
        PermissionMissing("FORBIDDEN"),
        "write",
        "E16",
        "The Zoho user behind this connection may not do this",
    ),
    (
        Rejected("LICENSE_ACCESS_LIMITED"),
        "write",
        "E17",
        "Your Zoho plan does not include this",
    ),
    (
        Rejected("LICENSE_LIMIT_EXCEEDED"),
        "write",
        "E17",
        "Your Zoho plan does not include this",
    ),
    (
        Rejected("INVALID_MODULE"),
        "write",
        "E21",
        "Zoho has no Leads for this connection",
    ),
    (
        Rejected("URL_NOT_FOUND"),
        "read",
        "E21",
        "Zoho has no Leads for this connection",
    ),
    (
        RateLimited("token_budget", retry_at=AT),
        "read",
        "E09",
        "We wait before we ask Zoho again",
    ),
    (NotAsked("timeout", asked_at=AT), "read", "E25", "We cannot reach Zoho"),
    (Unavailable("busy"), "read", "E22", "Zoho is busy with our requests"),
    (
        ReconnectRequired("region_secret"),
        "exchange",
        "E03",
        "Europe wants a client secret of its own",
    ),
    (
        UnexpectedReply("other_region"),
        "self_client",
        "E02",
        "This Zoho account lives in India",
    ),
    (
        UnexpectedReply("other_environment"),
        "exchange",
        "E15",
        "This sign-in is for another environment of Zoho CRM",
    ),
    (
        UnexpectedReply("invalid_scope"),
        "consent",
        "E29",
        "Zoho sent you back without access",
    ),
    (
        ReconnectRequired("unauthorized_client"),
        "consent",
        "E02",
        "Zoho does not know this client in Europe",
    ),
    (
        RateLimited("TOO_MANY_REQUESTS", retry_at=AT),
        "write",
        "E22",
        "Zoho is busy with our requests",
    ),
    (
        RateLimited("THRESHOLD_EXCEEDED", retry_at=AT),
        "write",
        "E22",
        "Today's Zoho limit is used up",
    ),
    (
        RateLimited("LIMIT_EXCEEDED", retry_at=AT),
        "write",
        "E22",
        "Today's Zoho limit is used up",
    ),
    (
        Unavailable("INTERNAL_ERROR", status=500),
        "write",
        "E24",
        "Zoho has a problem at the moment",
    ),
    (
        OutcomeUnknown("INTERNAL_ERROR", status=400),
        "write",
        "E24",
        "Zoho has a problem at the moment",
    ),
    (
        UnexpectedReply("no_json", status=403),
        "write",
        "E24",
        "Zoho has a problem at the moment",
    ),
    (Unavailable("timeout", host="a.example"), "read", "E25", "We cannot reach Zoho"),
    (
        OutcomeUnknown("timeout"),
        "write",
        "E25",
        "We do not know yet whether Zoho saved this",
    ),
    (
        ReconnectRequired("no_org"),
        "consent",
        "E26",
        "Your Zoho account has no Zoho Desk",
    ),
    (
        PermissionMissing("AUTHTOKEN_DEPRECATED", status=403),
        "write",
        "E28",
        "This address of Zoho still expects the old key",
    ),
    (
        TokenRefused("AUTHENTICATION_FAILURE", status=401),
        "read",
        "E27",
        "Zoho could not read our sign-in",
    ),
    (
        TokenRefused("INVALID_TOKEN", status=401),
        "exchange",
        "E27",
        "Zoho could not read our sign-in",
    ),
    (
        Rejected("RECORD_IN_BLUEPRINT"),
        "write",
        "E29",
        "Zoho lets this record change only by its blueprint",
    ),
    (Rejected("RECORD_LOCKED"), "write", "E29", "This record is locked in Zoho"),
    (
        Rejected("NOT_APPROVED"),
        "write",
        "E29",
        "This record waits for approval in Zoho",
    ),
    (Rejected("NOT_REVIEWED"), "write", "E29", "This record is in review in Zoho"),
    (Rejected("LIMIT_EXCEEDED"), "write", "E29", "Zoho did not accept this"),
    (
        Rejected("UNPROCESSABLE_ENTITY", message="No such thing"),
        "write",
        "E29",
        "Zoho did not accept this",
    ),
    (
        Rejected("file_gone"),
        "write",
        "E23",
        "The file was not attached",
    ),
    (
        UnexpectedReply("no_record"),
        "write",
        "E29",
        "Zoho answered in a way that we do not know",
    ),
]
TABLE = sorted(texts.TEXTS.items())


def words(error: ZohoError, step: Step) -> Explanation:
    return explain(error, step=step, facts=FACTS)


def read_aloud(explanation: Explanation | Text) -> str:
    return " ".join((explanation.title, explanation.cause, explanation.next_step))


class TestTable:
    @pytest.mark.parametrize(("name", "row"), TABLE)
    def test_says_what_happened_why_and_what_to_do(self, name: str, row: Text) -> None:
        assert row.ref.startswith("E")
        assert row.title
        assert row.cause
        assert row.next_step.endswith(".")
        assert bool(row.button.action) == bool(row.button.label)

    @pytest.mark.parametrize(("name", "row"), TABLE)
    def test_asks_only_for_facts_that_somebody_gives(
        self, name: str, row: Text
    ) -> None:
        found = {
            field for _, field, _, _ in Formatter().parse(read_aloud(row)) if field
        }

        given = {"host", "status", "code", "message", "reason", "time", "anew", "asked"}
        given |= {"says", "quote"}
        assert found - given - FACTS.keys() - FILE.keys() == set()

    def test_is_reached_in_every_row(self) -> None:
        reached = {words(error, step).ref for error, step, *_ in CASES}

        assert reached == {row.ref for _, row in TABLE}


class TestExplain:
    @pytest.mark.parametrize(("error", "step", "ref", "title"), CASES)
    def test_says_what_the_catalogue_of_texts_says(
        self, error: ZohoError, step: Step, ref: str, title: str
    ) -> None:
        found = words(error, step)

        assert (found.ref, found.title) == (ref, title)
        assert "{" not in read_aloud(found)

    @pytest.mark.parametrize(("error", "step", "ref", "title"), CASES)
    def test_reads_well_without_any_fact(
        self, error: ZohoError, step: Step, ref: str, title: str
    ) -> None:
        assert "{" not in read_aloud(explain(error, step=step))

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (Rejected("TOO_BIG", status=413), "It has 25 MB, which is more"),
            (Rejected("X", status=415), "Your Desk does not allow files of type .pdf."),
            (Rejected("X", message="Not this type"), "Zoho's words: “Not this type”."),
        ],
    )
    def test_names_the_file_that_was_refused_r22(
        self, error: ZohoError, cause: str
    ) -> None:
        found = explain(error, facts=FILE)

        assert (found.ref, found.title) == ("E23", "scan.pdf was not attached")
        assert found.cause.startswith(cause)
        assert found.cause.endswith("Ticket #7 was opened.")

    def test_says_when_zoho_counts_anew_though_it_is_asked_sooner_f45(self) -> None:
        tomorrow = AT + timedelta(hours=12)
        error = RateLimited("THRESHOLD_EXCEEDED", retry_at=AT, asked_until=tomorrow)

        found = explain(error, zone=ZoneInfo("Europe/Berlin"))

        assert "when Zoho counts anew, about 02:20 on 2 July." in found.cause

    def test_names_no_time_where_zoho_said_none_f45(self) -> None:
        error = RateLimited("LIMIT_EXCEEDED", retry_at=AT, is_named=False)

        assert explain(error).cause.endswith("send it when Zoho counts anew.")

    def test_fills_in_the_further_buttons_and_the_note(self) -> None:
        error = PermissionMissing("FORBIDDEN", message="No.")

        found = explain(error, facts=FACTS)

        assert found.also == (("reconnect", "Reconnect as another user"),)
        assert found.note.startswith("alex@example.com needs the right to open tickets")
        assert found.note.endswith("Zoho says: “No.” (FORBIDDEN).")
        assert found.for_staff("alex@example.com").note == ""

    def test_names_the_time_in_the_readers_zone(self) -> None:
        error = RateLimited("TOO_MANY_REQUESTS", retry_at=AT)

        found = explain(error, zone=ZoneInfo("Europe/Berlin"))

        assert found.next_step == "Try again at 14:20."

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("name_not_found", "its name could not be found (DNS)"),
            ("certificate", "its certificate could not be verified"),
            ("timeout", "it took too long to answer"),
            ("no_connection", "it refused the connection"),
            ("never heard of", "no answer came"),
        ],
    )
    def test_names_the_reason_that_zoho_was_not_reached(
        self, code: str, reason: str
    ) -> None:
        found = explain(Unavailable(code, host="desk.zoho.example"), step="read")

        assert found.cause.endswith(f"no answer from desk.zoho.example: {reason}.")

    def test_keeps_zohos_words_for_the_details(self) -> None:
        error = Rejected("X_1", status=422, message="No {feature}", host="a.example")

        found = explain(error, facts=FACTS)

        assert found.cause == "Zoho's words: “No {feature}”."
        assert found.details == (
            ("Zoho's code", "X_1"),
            ("HTTP status", "422"),
            ("Zoho's words", "No {feature}"),
            ("Asked", "a.example"),
        )

    @pytest.mark.parametrize(
        ("message", "words"),
        [("Not now", "Zoho's words: “Not now”."), ("", "Zoho gave no reason.")],
    )
    def test_gives_zohos_reason_or_says_that_there_is_none(
        self, message: str, words: str
    ) -> None:
        assert explain(Rejected("X", status=413, message=message)).cause == words


class TestIsAboutTheWhole:
    @pytest.mark.parametrize(
        ("code", "of_field", "is_whole"),
        [
            ("RECORD_LOCKED", "MANDATORY_NOT_FOUND", True),
            ("RECORD_IN_BLUEPRINT", "RECORD_IN_BLUEPRINT", False),
            ("MULTIPLE_OR_MULTI_ERRORS", "INVALID_DATA", False),
            ("INVALID_DATA", "", False),
        ],
    )
    def test_tells_what_no_field_says(
        self, code: str, of_field: str, is_whole: bool
    ) -> None:
        problem = FieldProblem("Stage", "invalid", code=of_field)

        assert is_about_the_whole(code, [problem]) is is_whole


class TestForStaff:
    @pytest.mark.parametrize(("error", "step", "ref", "title"), CASES)
    def test_has_no_set_up_words_where_only_an_admin_can_help(
        self, error: ZohoError, step: Step, ref: str, title: str
    ) -> None:
        found = words(error, step)

        staff = found.for_staff("alex@example.com")

        if found.needs_admin:
            assert "alex@example.com" in staff.next_step
            assert "Your form is kept." in staff.next_step
            assert (staff.cause, staff.action, staff.label) == ("", "", "")
        else:
            assert staff == found

    @pytest.mark.parametrize(
        "error",
        [
            ReconnectRequired("invalid_code"),
            ReconnectRequired("invalid_client"),
            ReconnectRequired("invalid_client_secret"),
            ReconnectRequired("invalid_redirect_uri"),
            ReconnectRequired("not_connected"),
            TokenRefused("INVALID_TOKEN"),
            PermissionMissing("OAUTH_ORG_MISMATCH"),
        ],
        ids=lambda error: error.code,
    )
    def test_says_that_zoho_is_not_connected(self, error: ZohoError) -> None:
        staff = words(error, "write").for_staff("alex@example.com")

        assert staff.title == "Zoho is not connected at the moment"
        assert not [word for word in SETUP_WORDS if word in read_aloud(staff).lower()]

    def test_names_the_feature_that_an_admin_must_allow_f20(self) -> None:
        error = PermissionMissing("OAUTH_SCOPE_MISMATCH")

        staff = words(error, "write").for_staff("alex@example.com")

        assert staff.title == "A permission is missing: open tickets"
        asked = "Ask alex@example.com to allow “open tickets”. Your form is kept."
        assert staff.next_step == asked

    @pytest.mark.parametrize(
        "error",
        [Unavailable("timeout"), Unavailable(status=503), OutcomeUnknown("timeout")],
        ids=repr,
    )
    def test_says_the_same_where_waiting_helps(self, error: ZohoError) -> None:
        found = words(error, "write")

        assert found.for_staff("alex@example.com") == found
