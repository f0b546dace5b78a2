"""The API log is written in batches: soon, at a process's end, and never in the way."""

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.activity.entries import CALL
from tests.processes import until
from tests.sweeps.processes import database_url
from tests.zoho import ROOT
from zohoportal.activity import call_log, services
from zohoportal.activity.models import ZohoCall

pytestmark = pytest.mark.django_db(transaction=True)

ENDS = """
import django
django.setup()
from zohoportal.activity import services
for number in range({calls}):
    services.record_call(**{call})
"""


@pytest.fixture(autouse=True)
def in_batches(
    monkeypatch: pytest.MonkeyPatch, _calls_in_the_log_at_once: None
) -> None:
    monkeypatch.setattr(call_log, "BATCH", 5)


class TestCallLog:
    def test_writes_many_calls_in_one_statement(
        self, django_assert_num_queries: Any
    ) -> None:
        # SQLite and PostgreSQL: BEGIN, INSERT, COMMIT.
        with django_assert_num_queries(3):
            for _ in range(5):
                services.record_call(**CALL)

        assert ZohoCall.objects.count() == 5

    def test_has_a_call_a_moment_later_without_another_one(
        self, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            services.record_call(**CALL)

        assert until(ZohoCall.objects.exists, 5) < 5
        assert ZohoCall.objects.get().milliseconds == 5

    def test_keeps_the_others_when_the_database_does_not_take_one(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        for milliseconds in (1, 2, -1, 4, 5):
            services.record_call(**CALL | {"milliseconds": milliseconds})

        kept = set(ZohoCall.objects.values_list("milliseconds", flat=True))
        assert kept == {1, 2, 4, 5}
        assert caplog.messages == ["calls to zoho not kept"]

    def test_is_written_when_a_process_ends(self) -> None:
        code = ENDS.format(calls=3, call=CALL | {"connection_id": None})

        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url()},
            check=True,
        )

        assert ZohoCall.objects.count() == 3
