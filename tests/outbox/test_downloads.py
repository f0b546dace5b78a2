import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from connections.models import Connection
from connections.services import client_for
from connections.zoho.transport import TooLarge
from desk.envelope import DESK
from tests.zoho import SandboxZoho
from zohoportal.outbox.uploads.store import as_download, forget_old_uploads

PATH = "tickets/1/attachments/2/content"
PAGE = "<script>alert(1)</script>"


class TestDownload:
    def test_is_never_shown_in_place_a60_a63_a64(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", f"/api/v1/{PATH}", {"status": 200, "body": PAGE})

        answer = as_download(
            client_for(connection), DESK, PATH, name="../x\r\n.html", most=100
        )

        assert answer is not None
        assert b"".join(answer) == PAGE.encode()
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == 'attachment; filename="x.html"'
        assert answer["Content-Length"] == str(len(PAGE))
        answer.close()

    def test_of_what_is_gone_is_none(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", f"/api/v1/{PATH}", {"status": 204})

        client = client_for(connection)

        assert as_download(client, DESK, PATH, name="x", most=9) is None

    def test_above_the_limit_leaves_no_file_behind(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", f"/api/v1/{PATH}", {"status": 200, "body": PAGE})
        before = set(Path(settings.UPLOAD_DIR).iterdir())

        with pytest.raises(TooLarge):
            as_download(client_for(connection), DESK, PATH, name="x", most=9)

        assert set(Path(settings.UPLOAD_DIR).iterdir()) == before


class TestStrayFiles:
    def test_of_requests_that_never_ended_go_after_an_hour_f64(self, db: None) -> None:
        folder = Path(settings.UPLOAD_DIR)
        old, young = folder / "old.part", folder / "tmp1.upload.pdf"
        for file in (old, young):
            file.write_bytes(b"half")
        hours_ago = time.time() - 2 * 60 * 60
        os.utime(old, (hours_ago, hours_ago))

        forget_old_uploads()

        assert (old.exists(), young.exists()) == (False, True)
        young.unlink()
