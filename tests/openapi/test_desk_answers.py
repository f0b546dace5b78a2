import pytest

from tests.openapi.case import Case
from tests.openapi.desk_asker import DeskAsker
from tests.openapi.desk_cases import CASES, RICH
from tests.openapi.exceptions import Exceptions, problems_of
from tests.openapi.normaliser import FOLDER, folder

pytestmark = pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)


class TestDeskAnswers:
    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_fit_the_files(self, desk_asker: DeskAsker, case: Case) -> None:
        reply = desk_asker.ask(case)

        assert reply.status == case.status
        assert problems_of(Exceptions.read(), case, reply) == []

    def test_would_not_fit_with_a_key_too_many(self, desk_asker: DeskAsker) -> None:
        case = next(each for each in RICH if "layouts/{Support" in each.path)
        layout = desk_asker.ask(case).json
        layout["sections"][1]["fields"][0]["colour"] = "red"

        assert Exceptions.read().problems(case.answer, layout)
