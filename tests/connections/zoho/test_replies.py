from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connections.zoho import replies
from connections.zoho.errors import (
    FieldProblem,
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
from connections.zoho.transport import Reply
from crm.envelope import CRM
from desk.envelope import DESK
from tests.recorded import FOLDER, NOW, answer, body_of, recorded

HTML = b"<html><title>Zoho</title><p>We are upgrading our data center.</p></html>"
NOT_AN_OBJECT = [
    HTML,
    b"",
    b"[]",
    b'"fine"',
    b"null",
    b"1",
    b'{"data": [',
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
    b'{"a": "\xff\xfe"}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\\u0000"}',
]
DEAD = [("crm", "invalid_token"), ("crm", "no_authentication")]
DEAD += [("desk", "invalid_oauth"), ("desk", "unauthorized")]
NOT_ALLOWED = [
    ("crm", "scope_mismatch"),
    ("crm", "no_permission"),
    ("desk", "scope_mismatch"),
    ("desk", "scope_mismatch_as_sign_in"),
    ("desk", "other_organisation"),
    ("desk", "forbidden"),
]
REFUSED = [
    ("crm", "invalid_module"),
    ("crm", "too_many_records"),
    ("crm", "invalid_url"),
    ("crm", "already_modified"),
    ("crm", "too_large"),
    ("crm", "locked"),
    ("desk", "unprocessable"),
    ("desk", "license"),
    ("desk", "url_not_found"),
    ("desk", "too_large"),
    ("desk", "bad_request"),
]
BUSY = [
    ("crm", "too_many_requests"),
    ("desk", "daily_limit"),
    ("desk", "too_many_requests"),
]
BROKEN = [("crm", "internal_error"), ("crm", "unavailable"), ("desk", "internal_error")]


def invalid(field: str, *, kind: str = "invalid", **more: Any) -> FieldProblem:
    return FieldProblem(
        field, kind, code="INVALID_DATA", message="invalid data", **more
    )


NO_ADDRESS = invalid("Email", expected="email")
NO_LAST_NAME = FieldProblem(
    "Last_Name",
    "missing",
    code="MANDATORY_NOT_FOUND",
    message="required field not found",
)


def read(area: str, reply: Reply, *, repeatable: bool = False) -> replies.Json:
    return replies.read(reply, CRM if area == "crm" else DESK, repeatable=repeatable)


def refused(area: str, case: str) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(area, recorded(area, case))
    return caught.value


class TestAccounts:
    @pytest.mark.parametrize("case", ["exchanged", "refreshed", "revoked"])
    def test_hands_on_what_succeeded(self, case: str) -> None:
        reply = recorded("accounts", case)

        assert replies.accounts(reply) == body_of("accounts", case)

    @pytest.mark.parametrize(
        "code",
        [
            "invalid_code",
            "invalid_client",
            "invalid_client_secret",
            "invalid_redirect_uri",
        ],
    )
    @pytest.mark.parametrize("status", [200, 400, 401])
    def test_needs_an_admin_for_an_exact_code_f01(self, code: str, status: int) -> None:
        reply = answer(status, recorded("accounts", code).body)

        with pytest.raises(ReconnectRequired) as caught:
            replies.accounts(reply)

        assert caught.value.code == code

    @pytest.mark.parametrize("case", ["throttled", "throttled_in_older_posts"])
    def test_waits_for_the_rest_of_the_window_when_throttled_f02(
        self, case: str
    ) -> None:
        with pytest.raises(RateLimited) as caught:
            replies.accounts(recorded("accounts", case))

        assert caught.value.retry_at == NOW + timedelta(minutes=10)

    @pytest.mark.parametrize(
        "case", ["general_error", "invalid_request", "unknown_token"]
    )
    def test_never_ends_a_grant_for_an_unknown_code(self, case: str) -> None:
        with pytest.raises(UnexpectedReply) as caught:
            replies.accounts(recorded("accounts", case))

        assert caught.value.code == body_of("accounts", case)["error"]

    @pytest.mark.parametrize(
        "error", [b"null", b'""', b"1", b"{}", b'["invalid_code"]', b'{"code": 1}']
    )
    def test_survives_an_error_of_another_type_f03(self, error: bytes) -> None:
        reply = answer(400, b'{"error": ' + error + b"}")

        with pytest.raises(UnexpectedReply):
            replies.accounts(reply)

    @pytest.mark.parametrize("body", NOT_AN_OBJECT, ids=lambda body: repr(body[:16]))
    @pytest.mark.parametrize("status", [200, 503])
    def test_tries_later_without_a_json_object_f03_f51(
        self, body: bytes, status: int
    ) -> None:
        with pytest.raises(Unavailable):
            replies.accounts(answer(status, body))

    def test_tries_later_after_a_server_error(self) -> None:
        with pytest.raises(Unavailable):
            replies.accounts(recorded("accounts", "server_error"))

    def test_follows_no_redirect(self) -> None:
        with pytest.raises(UnexpectedReply):
            replies.accounts(answer(302, b"{}", Location="https://evil.example"))


class TestCrm:
    @pytest.mark.parametrize("case", ["inserted", "updated"])
    def test_hands_on_what_succeeded(self, case: str) -> None:
        assert read("crm", recorded("crm", case)) == body_of("crm", case)

    def test_keeps_ids_as_text_f53(self) -> None:
        found = read("crm", recorded("crm", "updated"))

        assert found["data"][0]["details"]["id"] == "9007199254740993"

    @pytest.mark.parametrize(
        ("case", "problem"),
        [
            ("missing_field", NO_LAST_NAME),
            ("missing_field_in_success", NO_LAST_NAME),
            ("missing_field_accepted", NO_LAST_NAME),
            ("mixed", NO_LAST_NAME),
            ("invalid_email", NO_ADDRESS),
            ("too_long", invalid("First_Name", kind="too_long", limit=40)),
            (
                "duplicate",
                FieldProblem(
                    "Email",
                    "duplicate",
                    code="DUPLICATE_DATA",
                    message="duplicate data",
                    record="4150868000000300005",
                    module="Contacts",
                ),
            ),
        ],
    )
    def test_judges_by_the_item_whatever_the_status_f42(
        self, case: str, problem: FieldProblem
    ) -> None:
        assert refused("crm", case).fields == (problem,)

    def test_names_every_field_of_several(self) -> None:
        found = refused("crm", "several_problems").fields

        assert found == (NO_LAST_NAME, NO_ADDRESS)

    def test_is_our_fault_when_the_request_had_no_data(self) -> None:
        with pytest.raises(UnexpectedReply):
            read("crm", recorded("crm", "missing_data"))

    @pytest.mark.parametrize(
        "details",
        [
            b"null",
            b"[]",
            b'"x"',
            b"{}",
            b'{"api_name": 1}',
            b'{"errors": [1, null]}',
            b'{"errors": {"a": 1}}',
            b'{"api_name": ["Email"], "maximum_length": "40"}',
        ],
    )
    def test_survives_details_of_another_type(self, details: bytes) -> None:
        item = b'{"status": "error", "code": 7, "message": [], "details": %s}' % details
        reply = answer(400, b'{"data": [%s]}' % item)

        with pytest.raises(Rejected) as caught:
            read("crm", reply)

        assert caught.value.fields == ()

    @pytest.mark.parametrize("data", [b"null", b"{}", b'"x"', b"[]", b"[1, null]"])
    def test_hands_on_data_of_another_type(self, data: bytes) -> None:
        assert "data" in read("crm", answer(200, b'{"data": %s}' % data))


class TestDesk:
    @pytest.mark.parametrize("case", ["created", "organizations"])
    def test_hands_on_what_succeeded(self, case: str) -> None:
        assert read("desk", recorded("desk", case)) == body_of("desk", case)

    def test_names_the_fields_by_their_pointers(self) -> None:
        assert refused("desk", "invalid_data").fields == (
            FieldProblem("contactId", "invalid"),
            FieldProblem("subject", "missing"),
            FieldProblem("cf/cf_model", "duplicate", message="is there already"),
        )

    def test_names_a_field_inside_the_contact(self) -> None:
        found = refused("desk", "invalid_contact").fields

        assert found == (FieldProblem("contact/lastName", "missing"),)

    @pytest.mark.parametrize(
        "errors", [b"null", b"{}", b"[1, null, []]", b'"x"', b"[]"]
    )
    def test_survives_errors_of_another_type(self, errors: bytes) -> None:
        reply = answer(422, b'{"errorCode": [], "message": {}, "errors": %s}' % errors)

        with pytest.raises(Rejected) as caught:
            read("desk", reply)

        assert caught.value.fields == ()


class TestBothProducts:
    @pytest.mark.parametrize(("area", "case"), DEAD)
    def test_renew_a_dead_token_f19(self, area: str, case: str) -> None:
        with pytest.raises(TokenRefused):
            read(area, recorded(area, case))

    @pytest.mark.parametrize(("area", "case"), NOT_ALLOWED)
    def test_ask_for_a_permission_f20(self, area: str, case: str) -> None:
        with pytest.raises(PermissionMissing) as caught:
            read(area, recorded(area, case))

        assert caught.value.code
        assert caught.value.message

    @pytest.mark.parametrize(("area", "case"), REFUSED)
    def test_trust_a_refusal(self, area: str, case: str) -> None:
        assert refused(area, case).fields == ()

    @pytest.mark.parametrize(("area", "case"), BUSY)
    @pytest.mark.parametrize(
        ("after", "seconds"),
        [
            ("7", 7),
            ("0", 1),
            ("-1", 30),
            ("soon", 30),
            ("", 30),
            ("1.5", 30),
            ("999999", 900),
            ("9" * 5_000, 900),
            ("Thu, 14 May 2026 12:05:00 GMT", 300),
            ("Thu, 14 May 2026 11:00:00 GMT", 1),
            ("Thu, 14 May 2026 12:05:00 -0000", 30),
            ("Fri, 14 May 2027 12:05:00 GMT", 900),
            ("Thu, 14 May 2026 12:05:00 +9999999999999", 30),
        ],
    )
    def test_wait_as_long_as_zoho_asks_within_reason_f44(
        self, area: str, case: str, after: str, seconds: int
    ) -> None:
        reply = recorded(area, case, Retry_After=after)

        with pytest.raises(RateLimited) as caught:
            read(area, reply)

        assert caught.value.retry_at == NOW + timedelta(seconds=seconds)

    @pytest.mark.parametrize(("area", "case"), BUSY)
    def test_wait_a_little_when_zoho_says_no_time_f44(
        self, area: str, case: str
    ) -> None:
        with pytest.raises(RateLimited) as caught:
            read(area, recorded(area, case))

        assert caught.value.retry_at == NOW + timedelta(seconds=30)

    @pytest.mark.parametrize(("area", "case"), BROKEN)
    @pytest.mark.parametrize(
        ("repeatable", "failure"), [(True, Unavailable), (False, OutcomeUnknown)]
    )
    def test_do_not_trust_a_server_error_f39(
        self, area: str, case: str, repeatable: bool, failure: type[ZohoError]
    ) -> None:
        with pytest.raises(failure):
            read(area, recorded(area, case), repeatable=repeatable)

    @pytest.mark.parametrize("area", ["crm", "desk"])
    @pytest.mark.parametrize("status", [200, 201, 500, 502, 503, 504])
    @pytest.mark.parametrize("body", NOT_AN_OBJECT, ids=lambda body: repr(body[:16]))
    @pytest.mark.parametrize(
        ("repeatable", "failure"), [(True, Unavailable), (False, OutcomeUnknown)]
    )
    def test_do_not_trust_an_answer_without_an_object_f51(
        self,
        area: str,
        status: int,
        body: bytes,
        repeatable: bool,
        failure: type[ZohoError],
    ) -> None:
        with pytest.raises(failure):
            read(area, answer(status, body), repeatable=repeatable)

    @pytest.mark.parametrize("area", ["crm", "desk"])
    def test_do_not_trust_a_timeout_of_the_gateway(self, area: str) -> None:
        with pytest.raises(OutcomeUnknown):
            read(area, answer(408, HTML))

    @pytest.mark.parametrize("area", ["crm", "desk"])
    @pytest.mark.parametrize(
        ("status", "failure"),
        [
            (400, UnexpectedReply),
            (401, TokenRefused),
            (403, UnexpectedReply),
            (404, UnexpectedReply),
            (408, OutcomeUnknown),
            (413, Rejected),
            (415, Rejected),
            (429, RateLimited),
        ],
    )
    def test_go_by_the_status_of_a_page(
        self, area: str, status: int, failure: type[ZohoError]
    ) -> None:
        with pytest.raises(failure) as caught:
            read(area, answer(status, HTML))

        assert "upgrading" not in f"{caught.value!r} {caught.value.message}"

    @pytest.mark.parametrize("area", ["crm", "desk"])
    @pytest.mark.parametrize("status", [400, 403, 404, 422])
    def test_trust_a_refusal_without_a_body(self, area: str, status: int) -> None:
        with pytest.raises(Rejected):
            read(area, answer(status, b""))

    @pytest.mark.parametrize("area", ["crm", "desk"])
    def test_find_nothing_in_an_answer_without_content_f48(self, area: str) -> None:
        assert read(area, answer(204, b"")) == {}
        assert read(area, answer(200, b"{}")) == {}

    @pytest.mark.parametrize("area", ["crm", "desk"])
    def test_read_an_object_behind_a_byte_order_mark_f51(self, area: str) -> None:
        assert read(area, answer(200, b'\xef\xbb\xbf{"a": "\xc3\xbc"}')) == {"a": "ü"}

    @pytest.mark.parametrize("area", ["crm", "desk"])
    def test_follow_no_redirect(self, area: str) -> None:
        with pytest.raises(UnexpectedReply):
            read(area, answer(307, b"{}", Location="https://evil.example"))

    @pytest.mark.parametrize("area", ["crm", "desk"])
    def test_cut_long_words_short(self, area: str) -> None:
        body = b'{"code": "%s", "errorCode": "%s", "message": "%s"}' % (
            (b"C" * 5_000,) * 2 + (b"m" * 5_000,)
        )

        with pytest.raises(Rejected) as caught:
            read(area, answer(400, body))

        assert len(caught.value.code) == 100
        assert len(caught.value.message) == 200


class TestRecordedReplies:
    def test_are_all_used(self) -> None:
        own_source = Path(__file__).read_text("utf-8")
        cases = {file.name.split(".")[0] for file in FOLDER.glob("*/*.json")}

        assert {case for case in cases if f'"{case}"' not in own_source} == set()

    def test_hold_no_address_but_example_com(self) -> None:
        texts = [file.read_text("utf-8") for file in FOLDER.glob("*/*.json")]

        assert not [text for text in texts if "@" in text.replace("@example.com", "")]


CODES: dict[str, tuple[Reply, str]] = {
    "crm's routing": (answer(401, b'{"code": "INVALID_TOKEN"}'), "INVALID_TOKEN"),
    "crm's record": (
        answer(202, b'{"data": [{"status": "error", "code": "DUPLICATE_DATA"}]}'),
        "DUPLICATE_DATA",
    ),
    "desk": (answer(422, b'{"errorCode": "INVALID_DATA"}'), "INVALID_DATA"),
    "accounts": (answer(200, b'{"error": "invalid_code"}'), "invalid_code"),
    "accounts with a space": (
        answer(400, b'{"error": "Access Denied"}'),
        "Access Denied",
    ),
    "success": (answer(200, b'{"data": [{"code": "SUCCESS"}]}'), ""),
    "success with a field of that name": (answer(200, b'{"code": "DEPT"}'), ""),
    "nothing found": (answer(204, b""), ""),
    "not changed": (answer(304, b""), ""),
    "elsewhere": (answer(307, b"<p>"), "redirect"),
    "no JSON": (answer(502, HTML), "no_json"),
    "no body": (answer(502, b""), ""),
    "a list": (answer(400, b"[]"), "no_json"),
    "no text": (answer(400, b'{"code": 7, "error": ["x"]}'), ""),
    "a value in its place": (answer(400, b'{"code": "1000.ab12.cd34"}'), ""),
    "too long": (answer(400, b'{"code": "' + b"A" * 61 + b'"}'), ""),
    "a long reply": (answer(400, b'{"code": "X", "a": "' + b"a" * 70_000 + b'"}'), ""),
}


class TestCodeOf:
    @pytest.mark.parametrize("name", CODES)
    def test_is_a_word_of_zohos_or_ours_or_nothing(self, name: str) -> None:
        reply, code = CODES[name]

        assert replies.code_of(reply) == code
