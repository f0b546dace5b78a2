"""Work that nobody waits for: what fails keeps nothing else from being done."""

import logging
from threading import Event

import pytest
from django.db import DatabaseError

from zohoportal.run.later import Later

LONG = 10


def fails() -> None:
    raise DatabaseError("the database is away")


@pytest.mark.django_db
class TestLater:
    def test_goes_on_after_a_work_that_failed(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        later, done = Later(), Event()

        later.do(fails, 0)
        later.do(done.set, 0.05)

        assert done.wait(LONG)
        later.finish()
        (record,) = [each for each in caplog.records if each.exc_info]
        assert record.levelno == logging.ERROR

    def test_ends_with_all_done_where_one_fails(self) -> None:
        later, done = Later(), Event()
        later.do(done.set, 1_000)
        # The last that came is done first.
        later.do(fails, 1_000)

        later.finish()

        assert done.is_set()
