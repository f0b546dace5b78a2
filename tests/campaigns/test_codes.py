"""Every code of Campaigns, by the method that was asked: which error, which words."""

import json
from datetime import timedelta
from typing import Any

import pytest

from campaigns.zoho import codes
from campaigns.zoho.codes import CODES, Kind, Meaning
from campaigns.zoho.envelope import LISTS, METHODS, SUBSCRIBE, TOPICS, Method
from connections.messages.explain import explain
from connections.zoho import replies
from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    Rejected,
    TokenRefused,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from tests.campaigns import documents
from tests.recorded import NOW, answer

ROWS = [
    (method, code, meaning)
    for method, rows in CODES.items()
    for code, meaning in rows.items()
]
KINDS = {
    Kind.REFUSED: Rejected,
    Kind.RIGHT: PermissionMissing,
    Kind.SCOPE: PermissionMissing,
    Kind.TOKEN: TokenRefused,
    Kind.FAULT: OutcomeUnknown,
    Kind.OURS: UnexpectedReply,
}
HALF_AN_HOUR = timedelta(minutes=30)


def method_named(name: str) -> Method:
    """Return a method with this name; any one for what all have in common."""
    by_name = {each.pace.name: each for each in METHODS if each.pace}
    return by_name.get(name, SUBSCRIBE)


def read(
    body: Any,
    method: Method = SUBSCRIBE,
    status: int = 200,
    *,
    repeatable: bool = False,
) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return replies.read(answer(status, raw), method.envelope, repeatable=repeatable)


def refused(body: Any, **how: Any) -> ZohoError:
    with pytest.raises(ZohoError) as caught:
        read(body, **how)
    return caught.value


class TestEveryRow:
    def test_of_the_documents_is_known(self) -> None:
        folder = documents.folder()
        if folder is None:
            pytest.skip("set ZOHO_OPENAPI_DIR: the notes lie beside it")
        notes = (folder / "facts-additions.md").read_text("utf-8")

        older = (folder / "facts.md").read_text("utf-8")

        found = documents.rows(notes) | documents.older_rows(older)

        assert len(found) == 28
        unknown = {row for row in found if not _is_known(*row)}
        assert unknown == set()

    @pytest.mark.parametrize(("method", "code", "meaning"), ROWS)
    def test_is_the_error_that_the_table_says(
        self, method: str, code: str, meaning: Meaning
    ) -> None:
        body = {"status": "error", "code": code, "message": "Zoho's words"}
        asked = method_named(method)
        if codes.meaning(asked.pace.name if asked.pace else "", code) != meaning:
            pytest.skip("this method has a meaning of its own")
        if meaning.kind is Kind.NONE:
            assert read(body, method=asked) == body
            return

        error = refused(body, method=asked)

        assert type(error) is KINDS[meaning.kind]
        assert error.code == code
        for problem in getattr(error, "fields", ()):
            assert (problem.field, problem.words) == (meaning.field, meaning.words)

    @pytest.mark.parametrize(("method", "code", "meaning"), ROWS)
    def test_says_what_to_do(self, method: str, code: str, meaning: Meaning) -> None:
        if meaning.kind is Kind.REFUSED:
            acts = ("Choose", "Enter", "Fill", "Look", "Ask")
            assert any(f"{each} " in meaning.words for each in acts), (method, code)
            return
        words = explain(KINDS.get(meaning.kind, Rejected)(code, status=200))
        assert words.title
        assert words.next_step


def _is_known(method: str, code: str) -> bool:
    # "0" is what a success has.
    return code == "0" or codes.meaning(method, code) is not None


class TestSuccess:
    @pytest.mark.parametrize("code", ["0", 0])
    def test_is_nought_as_text_or_number(self, code: object) -> None:
        assert read({"status": "success", "code": code})["code"] == code

    def test_is_two_hundred_for_topics_whose_ids_are_long_numbers(self) -> None:
        raw = (
            b'{"topicDetails":[{"topicId":"3z","primaryList":9219736964559881123,'
            b'"topicName":"News"}],"code":"200","message":"Success","uri":"/x"}'
        )

        (row,) = read(raw, method=TOPICS)["topicDetails"]

        assert row["primaryList"] == 9219736964559881123

    def test_is_deeper_for_fields(self) -> None:
        body = {"response": {"code": "0", "fieldname": []}}
        assert codes.is_success(read(body))

    def test_is_no_list_yet_for_lists(self) -> None:
        body = {"status": "error", "code": "2401", "message": "No mailing list."}
        assert read(body, method=LISTS) == body


class TestRefusal:
    def test_of_a_token_has_its_names_in_capitals(self) -> None:
        body = {
            "message": "Unauthorized request.",
            "version": "1.1",
            "URI": "/api/v1.1/getmailinglists",
            "Code": "1007",
            "status": "error",
        }

        error = refused(body, method=LISTS, status=401)

        assert (type(error), error.code) == (TokenRefused, "1007")

    def test_that_nobody_knows_keeps_zohos_words(self) -> None:
        body = {"status": "error", "code": "2999", "message": "The moon is full."}

        error = refused(body)

        assert (type(error), error.message) == (Rejected, "The moon is full.")

    @pytest.mark.parametrize("message", ["Too full.", ""])
    def test_without_a_code_is_one_all_the_same(self, message: str) -> None:
        assert type(refused({"status": "error", "message": message})) is Rejected

    def test_means_another_thing_for_another_method(self) -> None:
        body = {"status": "error", "code": "2001", "message": "no"}

        kinds = [type(refused(body, method=each)) for each in (SUBSCRIBE, LISTS)]

        assert kinds == [UnexpectedReply, OutcomeUnknown]

    @pytest.mark.parametrize("code", ["2402", "2502", "2101", "2104"])
    def test_that_may_pass_is_asked_again_where_that_is_harmless(
        self, code: str
    ) -> None:
        method = next(each for each in METHODS if code in CODES.get(_name(each), {}))
        body = {"status": "error", "code": code, "message": "Retry."}

        assert type(refused(body, method=method, repeatable=True)) is Unavailable


def _name(method: Method) -> str:
    return method.pace.name if method.pace else ""


class TestLock:
    LOCKED = (
        {"status": "error", "code": "1015", "message": "API calls limit exceeded."},
        {"status": "error", "message": "Too many requests: this is locked."},
    )

    @pytest.mark.parametrize("body", LOCKED)
    @pytest.mark.parametrize("status", [200, 429])
    def test_lasts_half_an_hour_and_says_so(
        self, body: dict[str, str], status: int
    ) -> None:
        error = refused(body, status=status)

        assert isinstance(error, RateLimited)
        assert error.is_named
        assert error.retry_at == NOW + HALF_AN_HOUR
        words = explain(error)
        assert words.title == "Zoho takes no more of this for a while"
        assert words.next_step == "Try again at 12:30."

    def test_is_none_where_there_is_no_room_for_contacts(self) -> None:
        message = "You cannot add contacts as you've reached the maximum limit."
        body = {"status": "error", "code": "914", "message": message}

        assert type(refused(body)) is Rejected

    def test_without_a_body_is_one(self) -> None:
        error = refused(b"", status=429)

        assert isinstance(error, RateLimited)
        assert error.retry_at == NOW + HALF_AN_HOUR


class TestNoAnswer:
    XML = b'<response uri="/api/v1.1/xml/listsubscribe"><code>0</code></response>'

    @pytest.mark.parametrize("body", [XML, b"<html>Sorry</html>", b""])
    def test_in_json_leaves_open_what_became_of_it(self, body: bytes) -> None:
        assert type(refused(body)) is OutcomeUnknown

    @pytest.mark.parametrize("body", [XML, b"<html>Sorry</html>"])
    def test_in_json_is_asked_again_where_that_is_harmless(self, body: bytes) -> None:
        assert type(refused(body, repeatable=True)) is Unavailable
