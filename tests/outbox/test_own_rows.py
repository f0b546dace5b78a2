"""Forms, their files and kept forms, when a customer's data is erased."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.outbox.entries import add
from tests.outbox.kept import send_after_the_session_ended, sign_in, url
from zohoportal.accounts.models import User
from zohoportal.activity import erasure
from zohoportal.activity.erasure import Sought
from zohoportal.outbox.models import Delivery, Target, Upload
from zohoportal.outbox.uploads import store

KIM = "kim@example.com"
OF_KIM = {"values": {"Email": KIM}}
OF_PAT = {"values": {"Email": "pat@example.com"}}


def erase(who: str) -> dict[str, int]:
    receipt = erasure.erase(Sought(who), person_id="1", person_name="admin@example.com")
    details: dict[str, int] = receipt.details
    return details


def upload(person: User, name: str) -> Upload:
    (kept,) = store.keep(person, [SimpleUploadedFile(name, b"hello")])
    return kept


def is_there(file: Upload) -> bool:
    return (Path(settings.UPLOAD_DIR) / file.stored).exists()


class TestForms:
    @pytest.mark.parametrize(
        "values",
        [
            {"payload": OF_KIM},
            {"outcome": {"sentence": f"{KIM} was created.", "external_id": "1"}},
            {"problem": {"fields": [{"detail": KIM}]}, "state": "refused"},
            {"state": "cancelled", "payload": OF_KIM},
        ],
    )
    def test_that_are_settled_are_emptied(
        self, connection: Connection, staff: User, values: dict[str, object]
    ) -> None:
        named = add(staff, connection, "Contact", **({"payload": OF_PAT} | values))
        other = add(staff, connection, "Contact", payload=OF_PAT)
        Target.objects.create(delivery=named, key=1, place=1)

        assert erase(KIM) == {"forms and files": 1}

        named.refresh_from_db()
        assert (named.title, named.payload) == ("Erased on request", {})
        assert KIM not in str([named.problem, named.outcome])
        assert not Target.objects.exists()
        other.refresh_from_db()
        assert other.payload == OF_PAT
        assert erase(KIM) == {}

    def test_keep_where_they_went(self, connection: Connection, staff: User) -> None:
        went = {"external_id": "1", "sentence": f"{KIM} was created."}
        named = add(staff, connection, "Contact", outcome=went)

        erase(KIM)

        named.refresh_from_db()
        assert named.outcome["external_id"] == "1"

    @pytest.mark.parametrize("state", ["waiting", "sending", "unknown"])
    def test_that_are_open_are_told_and_kept(
        self, connection: Connection, staff: User, state: str
    ) -> None:
        waiting = add(staff, connection, f"Contact {KIM}", state=state, payload=OF_KIM)

        found = erasure.find(Sought(KIM))["forms and files"]

        assert not found.rows
        assert [row.url for row in found.still_open] == [waiting.get_absolute_url()]
        assert erase(KIM) == {"left because it is open": 1}
        waiting.refresh_from_db()
        assert waiting.payload == OF_KIM
        Delivery.objects.update(state="cancelled")
        assert erase(KIM) == {"forms and files": 1}


class TestFiles:
    def test_go_with_the_form_they_came_with(
        self, connection: Connection, staff: User
    ) -> None:
        ticket = add(staff, connection, f"Ticket of {KIM}")
        file = upload(staff, "invoice.pdf")
        add(staff, connection, "invoice.pdf", parent=ticket, upload=file)

        assert erase(KIM) == {"forms and files": 2}

        assert not is_there(file)
        assert not Upload.objects.exists()
        assert set(Delivery.objects.values_list("title", flat=True)) == {
            "Erased on request"
        }

    def test_are_found_by_their_name(self, connection: Connection, staff: User) -> None:
        file = upload(staff, "Kim Sample.pdf")
        record = add(staff, connection, "Deal")
        record.brings.add(file)

        assert erase("kim sample") == {"forms and files": 1}

        assert not is_there(file)

    def test_stay_while_something_open_needs_them(
        self, connection: Connection, staff: User
    ) -> None:
        file = upload(staff, "invoice.pdf")
        add(staff, connection, f"Ticket of {KIM}", upload=file)
        add(staff, connection, "Another", upload=file, state="waiting")

        erase(KIM)

        assert is_there(file)


class TestKeptForms:
    def test_are_forgotten(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        address = send_after_the_session_ended(staff_client, connection)
        assert erase("pat@example.com") == {}

        assert erase(KIM) == {"kept forms": 1}

        sign_in(staff_client, address, staff)
        page = staff_client.get(url(connection))
        assert page.context["form"]["Email"].value() is None
