import pytest

from tests.openapi import recorder
from tests.openapi.normaliser import FOLDER, folder

pytestmark = pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)
UPSERT = {"method": "POST", "path": "/crm/v8/Contacts/upsert"}


class TestRecorder:
    def test_finds_nothing_wrong_with_a_sound_request(self) -> None:
        body = {"data": [{"Last_Name": "Doe"}], "duplicate_check_fields": ["Email"]}

        assert recorder.problems([UPSERT | {"body": body}]) == []

    @pytest.mark.parametrize(
        "body",
        [
            {"data": {"Last_Name": "Doe"}},
            {"data": [{"Last_Name": "Doe"}], "duplicate_check_fields": "Email"},
            {"data": [{"Last_Name": "Doe"}], "invented": 1},
        ],
    )
    def test_finds_what_zohos_file_does_not_allow(self, body: object) -> None:
        assert recorder.problems([UPSERT | {"body": body}])
