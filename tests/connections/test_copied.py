"""forms/14: the code as people paste it, and what is no code at all."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.models import Connection, OAuthClient
from connections.setup.copied import (
    ID_NAMES,
    SECRET_NAMES,
    code_in,
    looks_like_something_else,
    value_in,
)
from connections.setup.forms import SelfClientForm
from tests.connections import journey
from tests.connections.journey import TOKEN, step
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

CODE = f"1000.{'0a' * 16}.{'f9' * 16}"
AROUND = [
    "https://portal.example.com/oauth/callback/?state=x&code={}&location=us"
    "&accounts-server=https%3A%2F%2Faccounts.zoho.com&",
    "Code: {}",
    '{{"client_id": "1000.X", "code": "{}", "scope": ["ZohoCRM.modules.ALL"]}}',
    "code={}&location=us",
    "Grant Token\n{}",
    "\u201c{}\u201d",
    "Here it is: {}, for three minutes",
    "{}\r\n",
]


class TestCodeIn:
    @pytest.mark.parametrize("around", AROUND)
    def test_finds_the_code_in_what_came_along_forms_14(self, around: str) -> None:
        assert code_in(around.format(CODE)) == CODE

    def test_reads_an_address_whatever_the_code_looks_like_forms_14(self) -> None:
        assert code_in("https://a.example/?state=x&code=CODE&location=us") == "CODE"

    @given(st.text(max_size=80))
    @settings(max_examples=200, deadline=None)
    def test_is_done_after_one_reading(self, pasted: str) -> None:
        assert code_in(f"{pasted} {CODE} ") in {CODE, code_in(f"{pasted} {CODE}")}

    @pytest.mark.parametrize(
        "pasted",
        [
            "https://api-console.zoho.com/",
            '{"access_token": "1000.x", "refresh_token": "1000.y"}',
            "Please see the mail",
            "Code:",
            "<html>",
        ],
    )
    def test_leaves_what_is_no_code_to_be_said_forms_14(self, pasted: str) -> None:
        assert looks_like_something_else(code_in(pasted))


class TestValueIn:
    @pytest.mark.parametrize(
        ("pasted", "names", "value"),
        [
            ("Client ID: 1000.ABC", ID_NAMES, "1000.ABC"),
            ("client_id=1000.ABC", ID_NAMES, "1000.ABC"),
            ('{"client_id": "1000.ABC", "code": "c"}', ID_NAMES, "1000.ABC"),
            ("Client Secret 99af", SECRET_NAMES, "99af"),
            ("1000.ABC", ID_NAMES, "1000.ABC"),
            ("{not json", SECRET_NAMES, "{not json"),
            ('{"client_id": 7}', ID_NAMES, '{"client_id": 7}'),
        ],
    )
    def test_takes_the_value_by_its_name_forms_14(
        self, pasted: str, names: tuple[str, ...], value: str
    ) -> None:
        assert value_in(pasted, names) == value


class TestSelfClient:
    @pytest.fixture
    def self_draft(self, zoho: SandboxZoho, admin: User) -> Connection:
        draft = journey.begin(admin, OAuthClient.Kind.SELF)
        journey.give_client(zoho, draft)
        return draft

    @pytest.mark.parametrize("around", AROUND[:3])
    def test_connects_by_what_was_pasted_forms_14(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        self_draft: Connection,
        around: str,
    ) -> None:
        pasted = around.format(journey.new_code(zoho, self_draft))
        client_id = self_draft.client.client_id

        answer: Any = admin_client.post(
            step(self_draft), {"client_id": client_id, "code": pasted}
        )

        assert answer.url == step(self_draft, "ready")

    def test_spends_no_try_on_what_is_no_code_forms_14(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        page = admin_client.post(
            step(self_draft),
            {"client_id": "1000.X", "code": "https://api-console.zoho.com/"},
        )

        [said] = page.context["form"].errors["code"]
        assert said.startswith("This is not a code.")
        assert TOKEN not in journey.paths(zoho)

    def test_tells_the_client_id_from_a_code_forms_14(
        self, self_draft: Connection
    ) -> None:
        typed = {"client_id": "1000.X", "client_secret": "s", "code": "1000.X"}

        form = SelfClientForm(typed, connection=self_draft)

        assert "This is the Client ID once more." in str(form.errors["code"])

    def test_is_never_shown_again_a18(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        code = journey.new_code(zoho, self_draft)

        page = admin_client.post(step(self_draft), {"client_id": "", "code": code})

        assert code not in page.content.decode()
