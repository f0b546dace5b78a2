"""The regular jobs' leases: one runs, the dead are followed, a bug stays in its job."""

import logging
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.processes import until
from zohoportal.outbox.models import Job
from zohoportal.outbox.worker import schedule as jobs
from zohoportal.outbox.worker.schedule import RegularJob, Runner

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timedelta(0)


@pytest.fixture
def runs() -> list[str]:
    return []


@pytest.fixture
def go_on() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def job(name: str, runs: list[str], every: timedelta = NOW) -> RegularJob:
    return RegularJob(name, every, lambda: runs.append(name))


def run(*jobs: RegularJob) -> None:
    """Run what is due as one worker does, to its end."""
    wait(Runner(list(jobs)).run_due())


class TestLease:
    def test_lets_one_of_two_workers_run_a_job(
        self, runs: list[str], go_on: Event
    ) -> None:
        began = Event()

        def work() -> None:
            runs.append("slow")
            began.set()
            go_on.wait(30)

        slow = RegularJob("slow", NOW, work)
        started = Runner([slow]).run_due()
        assert began.wait(30)

        run(slow)

        go_on.set()
        wait(started)
        assert runs == ["slow"]

    def test_of_a_dead_worker_is_taken_over_when_it_ends(self, runs: list[str]) -> None:
        now = timezone.now()
        later, over = now + timedelta(minutes=1), now - timedelta(seconds=1)
        Job.objects.create(name="a", lease_owner="dead", lease_until=later, ran_at=over)
        run(job("a", runs))
        assert runs == []

        Job.objects.update(lease_until=over)
        run(job("a", runs))

        assert runs == ["a"]
        assert Job.objects.get().lease_owner == ""

    def test_is_not_given_back_by_who_lost_it(self, runs: list[str]) -> None:
        def work() -> None:
            Job.objects.update(lease_owner="other")

        run(RegularJob("a", NOW, work))

        assert Job.objects.get().lease_owner == "other"

    def test_runs_a_job_when_its_time_has_come(self, runs: list[str]) -> None:
        hourly = job("a", runs, every=timedelta(hours=1))
        run(hourly)
        run(hourly)
        assert runs == ["a"]

        Job.objects.update(ran_at=timezone.now() - timedelta(hours=2))
        run(hourly)

        assert runs == ["a", "a"]

    def test_runs_a_job_whose_last_time_lies_ahead(self, runs: list[str]) -> None:
        """The clock was set back: nothing waits until it has caught up."""
        hourly = job("a", runs, every=timedelta(hours=1))
        run(hourly)
        Job.objects.update(ran_at=timezone.now() + timedelta(days=365))

        run(hourly)

        assert runs == ["a", "a"]


class TestBug:
    def test_in_a_job_is_told_and_harms_no_other(
        self, runs: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        def work() -> None:
            runs.append("bad")
            raise ZeroDivisionError

        runner = Runner([RegularJob("bad", NOW, work), job("good", runs)])
        wait(runner.run_due())
        wait(runner.run_due())

        assert sorted(runs) == ["bad", "bad", "good", "good"]
        until(lambda: caplog.messages.count("job failed") == 2)
        errors = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
        assert [entry.__dict__["job"] for entry in errors] == ["bad", "bad"]
        assert errors[0].exc_info
        assert errors[0].exc_info[0] is ZeroDivisionError

    def test_is_not_seen_in_a_database_that_is_away(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def work() -> None:
            raise OperationalError("the connection was lost")

        run(RegularJob("a", NOW, work))

        until(lambda: "database away" in caplog.messages)
        assert {entry.levelno for entry in caplog.records} == {logging.WARNING}

    def test_keeps_no_other_job_waiting(self, runs: list[str], go_on: Event) -> None:
        slow = RegularJob("slow", NOW, lambda: go_on.wait(30))
        runner = Runner([slow, job("quick", runs)])

        def quick_ran_twice() -> bool:
            runner.run_due()
            return runs.count("quick") > 1

        first, *_ = runner.run_due()
        until(quick_ran_twice)

        assert not first.done()


class TestJobs:
    def test_have_those_of_the_products_among_them(self) -> None:
        names = [each.name for each in jobs.jobs()]

        assert {"sweep", "schema"} < set(names)
        assert len(names) == len(set(names))
