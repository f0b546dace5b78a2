"""A59: what is too large is refused in words, strangers' before it is read."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.desk import form as ticket
from tests.support import contacts
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

SIGN_IN = "/account/sign-in/"
HOME = "/"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
GIGABYTES = 10_000_000_000


class Unread(BytesIO):
    """A body that must not be asked for."""

    def read(self, *_args: Any) -> bytes:
        raise AssertionError("The body was read.")


def post(client: Client, path: str, **environ: Any) -> Any:
    """Send a request whose body nobody may read."""
    body: Any = {"wsgi.input": Unread()}
    return client.generic("POST", path, **(body | environ))


def folder() -> set[Path]:
    return set(Path(settings.UPLOAD_DIR).iterdir())


class TestA59Strangers:
    @pytest.mark.parametrize("path", [SIGN_IN, HOME, "/c/any/desk/tickets/new/"])
    @pytest.mark.parametrize("kind", [FORM, PARTS, "text/plain", ""])
    @pytest.mark.parametrize("length", [settings.STRANGERS_BYTES + 1, GIGABYTES])
    def test_are_refused_before_their_body_is_read(
        self, anonymous_client: Client, path: str, kind: str, length: int
    ) -> None:
        answer = post(
            anonymous_client, path, CONTENT_TYPE=kind, CONTENT_LENGTH=str(length)
        )

        assert answer.status_code == 413
        assert "You are not signed in" in text(answer)
        # By this the page's script knows to send what was typed without the files.
        assert answer["X-Signed-Out"] == "1"

    def test_may_send_so_much(self, anonymous_client: Client) -> None:
        typed = "username=" + "a" * (settings.STRANGERS_BYTES - len("username="))

        answer = anonymous_client.post(SIGN_IN, typed, content_type=FORM)

        assert answer.status_code == 200

    def test_leave_no_file(self, anonymous_client: Client) -> None:
        before = folder()
        files = [SimpleUploadedFile(f"{name}.txt", b"hello") for name in range(100)]

        answer = anonymous_client.post(SIGN_IN, {"username": "kim", "files": files})

        assert answer.wsgi_request.POST["username"] == "kim"
        assert not answer.wsgi_request.FILES
        assert folder() == before

    def test_are_told_about_too_many_fields(self, anonymous_client: Client) -> None:
        many = "&".join(["a=1"] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))

        answer = anonymous_client.post(SIGN_IN, many, content_type=FORM)

        assert answer.status_code == 413
        assert "5,000 fields" in text(answer)


class TestA59WithoutALength:
    @pytest.mark.parametrize("who", ["anonymous_client", "staff_client"])
    def test_is_refused_unread(self, request: pytest.FixtureRequest, who: str) -> None:
        client = request.getfixturevalue(who)

        answer = post(client, SIGN_IN, HTTP_TRANSFER_ENCODING="chunked")

        assert answer.status_code == 411
        assert "does not say how long it is" in text(answer)


class TestA59People:
    @pytest.mark.parametrize(
        ("kind", "most"),
        [
            (FORM, settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
            (PARTS, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + settings.FILES_BYTES),
        ],
    )
    def test_are_refused_unread_beyond_what_any_form_takes(
        self, staff_client: Client, kind: str, most: int
    ) -> None:
        answer = post(
            staff_client, HOME, CONTENT_TYPE=kind, CONTENT_LENGTH=str(most + 1)
        )

        assert answer.status_code == 413
        assert "This is more than one form takes" in text(answer)
        assert not answer.has_header("X-Signed-Out")

    def test_read_why_a_form_of_3_mb_is_refused_and_keep_it(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        long = "long " * 600_000

        page = ticket.send(staff_client, connection, description=long, subject="S")

        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"description"}
        assert page.context["form"]["description"].value() == long
        assert page.context["form"]["subject"].value() == "S"
        assert not Delivery.objects.exists()

    def test_read_that_a_form_is_too_long_although_each_field_fits(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        more = {f"row-{number}": "x" * 50_000 for number in range(30)}

        page = ticket.send(staff_client, connection, **more)

        assert "more than 1,000,000 characters in all" in text(page)
        assert page.context["form"]["subject"].value() == "The printer jams"
        assert not Delivery.objects.exists()

    def test_may_send_1_500_fields(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        more = {f"row-{number}": "x" for number in range(1_500)}

        contacts.send(staff_client, connection, **more)

        assert Delivery.objects.get().state == "done"

    def test_are_told_about_5_000_files(self, staff_client: Client) -> None:
        files = [SimpleUploadedFile(f"{name}.txt", b"h") for name in range(5_000)]

        answer = staff_client.post("/account/settings/", {"files": files})

        assert answer.status_code == 413
        assert "1,000 files" in text(answer)
