import pytest

from tests.openapi.books_cases import CASES, BooksAsker
from tests.openapi.exceptions import Exceptions, problems_of
from tests.openapi.normaliser import FOLDER, folder

pytestmark = [
    pytest.mark.skipif(
        folder() is None,
        reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
    ),
]


class TestBooksAnswers:
    def test_fit_the_files(self, books_asker: BooksAsker) -> None:
        for case in CASES:
            reply = books_asker.ask(case)
            assert reply.status == case.status, f"{case}: {reply.text}"
            assert problems_of(Exceptions.read(), case, reply) == [], case

    def test_would_not_fit_with_a_wrong_value(self, books_asker: BooksAsker) -> None:
        answer = books_asker.ask(CASES[0]).json
        answer["organizations"][0]["name"] = 7

        assert Exceptions.read().problems(CASES[0].answer, answer)
