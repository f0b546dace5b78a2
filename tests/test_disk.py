"""A disk that fills up: who is told, and what is not taken any more."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.desk import form
from tests.support.connected import connected
from tests.support.pages import text
from tests.support.small_disk import fill, small_disk
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.worker import housekeeping


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    with small_disk(tmp_path, 8) as folder:
        settings.UPLOAD_DIR = settings.FILE_UPLOAD_TEMP_DIR = folder
        yield folder


class TestA65FullDisk:
    def test_warns_admins_from_90_percent_on(
        self, disk: Path, admin_client: Client, staff_client: Client
    ) -> None:
        fill(disk, 89)
        assert "% full" not in text(admin_client.get("/"))

        fill(disk, 91)

        assert "The server's disk is 91 % full. Free some" in text(
            admin_client.get("/")
        )
        assert "% full" not in text(staff_client.get("/"))

    def test_is_told_in_the_log(
        self, disk: Path, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        fill(disk, 91)

        with caplog.at_level(logging.WARNING):
            housekeeping.clean_up()

        assert "disk fills up" in caplog.text

    def test_takes_no_files_from_95_percent_on(
        self,
        zoho: SandboxZoho,
        admin: User,
        staff: User,
        disk: Path,
        staff_client: Client,
    ) -> None:
        keys = ["desk.tickets", "desk.answers"]
        connection = connected(zoho, admin, staff, keys)
        fill(disk, 96)
        typed = form.filled(staff_client, connection)
        file = SimpleUploadedFile("note.txt", b"a" * 1000)

        page = staff_client.post(form.url(connection), typed | {"attachments": file})

        assert "too little space left on the server" in text(page)
        assert page.context["form"]["subject"].value() == typed["subject"]
        assert not Upload.objects.exists()
        assert not Delivery.objects.exists()

        fill(disk, 92)
        file = SimpleUploadedFile("note.txt", b"a" * 1000)
        staff_client.post(form.url(connection), typed | {"attachments": file})

        assert form.attached(zoho) == ["note.txt"]

    def test_takes_what_is_typed(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        disk: Path,
        staff_client: Client,
    ) -> None:
        fill(disk, 100)

        staff_client.post(form.url(connection), form.filled(staff_client, connection))

        assert form.created_tickets(zoho) == 1
