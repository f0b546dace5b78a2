"""Every code of Books: which error, which words; and every answer of its own files."""

import json
from datetime import timedelta
from typing import Any

import pytest

from books.zoho import codes
from books.zoho.codes import CODES, ERRORS, Kind
from books.zoho.envelope import CONTACTS, PERSONS, Part, one_of
from books.zoho.records import person_of
from connections.messages.explain import explain
from connections.zoho import replies, shapes
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
    ZohoError,
)
from tests.books import documents
from tests.recorded import NOW, answer

STATUSES = {"14": 401, "57": 401, "1002": 404, "1000": 500, "44": 429, "45": 429}
ACTS = (
    "Change",
    "change",
    "Look",
    "Open",
    "Choose",
    "Enter",
    "Add",
    "Test",
    "Try",
    "Reconnect",
    "Send",
)
ROWS = [
    (part, code, known) for part, each in CODES.items() for code, known in each.items()
]


def read(body: Any, part: Part = CONTACTS, status: int = 200, **how: bool) -> Any:
    reply = answer(status, json.dumps(body).encode())
    return replies.read(reply, part.envelope, repeatable=how.get("repeatable", False))


def refused(code: str, message: str = "Zoho's words", **how: Any) -> ZohoError:
    status = how.pop("status", STATUSES.get(code, 400))
    with pytest.raises(ZohoError) as caught:
        read({"code": int(code), "message": message}, status=status, **how)
    return caught.value


class TestEveryRow:
    def test_of_the_documents_is_known_and_read_so(self) -> None:
        files = documents.folder()
        if files is None:
            pytest.skip("set ZOHO_OPENAPI_DIR: the notes lie beside it")

        found = documents.rows(files)

        assert len(found) == 11
        for code, status in found.items():
            known = codes.meaning(codes.GENERAL, code)
            assert known, code
            error = refused(code, status=status, repeatable=True)
            assert type(error) is ERRORS[known.kind], code
        # What the guide has, beside those.
        assert codes.meaning(codes.GENERAL, "4")

    @pytest.mark.parametrize(("part", "code"), [row[:2] for row in ROWS])
    def test_is_what_the_table_says_and_says_what_to_do(
        self, part: str, code: str
    ) -> None:
        asked = PERSONS if part == "contactpersons" else CONTACTS
        known = codes.meaning(
            "contactpersons" if asked is PERSONS else "contacts", code
        )
        assert known

        error = refused(code, part=asked)

        kind = OutcomeUnknown if known.kind is Kind.FAULT else ERRORS[known.kind]
        assert (type(error), error.code) in [(kind, code), (kind, "locked")]
        words = known.words or explain(error).next_step
        assert any(act in words for act in ACTS), words

    @pytest.mark.parametrize("code", ["4", "44", "57", "1002", "3062"])
    def test_with_http_200_is_one_all_the_same(self, code: str) -> None:
        assert type(refused(code, status=200)) is type(refused(code))

    def test_of_a_value_stands_beside_its_field(self) -> None:
        error = refused("2", "Invalid value passed for Email ID.")

        assert isinstance(error, Rejected)
        assert [each.field for each in error.fields] == ["email"]

    def test_of_too_much_says_until_when(self) -> None:
        spent = refused("45")

        assert isinstance(spent, RateLimited)
        assert spent.retry_at == NOW + timedelta(minutes=30)
        assert explain(refused("44")).title == "Zoho is busy with our requests"

    def test_that_nobody_knows_keeps_zohos_words(self) -> None:
        error = refused("99999", "The moon is full.")

        assert (type(error), error.message) == (Rejected, "The moon is full.")

    def test_of_books_own_is_asked_again_where_that_is_harmless(self) -> None:
        assert type(refused("1000", repeatable=True)) is Unavailable


class TestAnswers:
    def test_of_all_files_are_taken_whatever_their_status(self) -> None:
        files = documents.folder()
        if files is None:
            pytest.skip("set ZOHO_OPENAPI_DIR to Zoho's OpenAPI files")

        found = list(documents.answers(files))

        assert len(found) == len(documents.USED)
        for call, status, example in found:
            assert read(example, status=status) == example, call
            assert codes.code_of(example) == codes.SUCCESS, call

    @pytest.mark.parametrize("status", [200, 201])
    @pytest.mark.parametrize("wrap", [lambda row: row, lambda row: [row]])
    def test_are_objects_or_lists_of_one(self, status: int, wrap: Any) -> None:
        row = {"contact_person_id": "46", "first_name": "Kim", "email": "k@example.com"}
        body = {"code": 0, "message": "Created", "contact_person": wrap(row)}

        found = person_of(one_of(read(body, PERSONS, status), "contact_person"))

        assert (found.id, found.name) == ("46", "Kim")

    def test_have_times_without_a_colon(self) -> None:
        assert shapes.moment("2013-08-05T12:06:10+0530")
