"""What the regular jobs do: mails, proofs, ends, cleaning up."""

import tracemalloc
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from connections import clients, endings, vault
from connections.models import Connection, Grant
from tests.mail import MailServer, mail_server
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import ZohoCall
from zohoportal.outbox import housekeeping, tasks
from zohoportal.outbox.models import Delivery

State = Connection.State
LONG_AGO = timedelta(days=400)
ROWS = 1_200


def set_broken(connection: Connection) -> None:
    assert connection.move(leave=State.ACTIVE, to=State.RECONNECT)


@pytest.fixture
def mails(settings: Any) -> Any:
    with mail_server() as server:
        settings.EMAIL_IS_SET = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


class TestMail:
    @pytest.mark.django_db(transaction=True)
    def test_is_sent_once_by_two_workers(
        self, connection: Connection, admin: User
    ) -> None:
        set_broken(connection)

        with mail_server() as server:
            sender = "portal@example.com"
            with (
                WorkerProcess(EMAIL_URL=server.url, EMAIL_FROM=sender) as one,
                WorkerProcess(EMAIL_URL=server.url, EMAIL_FROM=sender) as two,
            ):
                one.wait_until_ready()
                two.wait_until_ready()
                until(lambda: bool(server.mails))

        (mail,) = server.mails
        assert (mail["To"], mail["From"]) == (admin.email, sender)
        assert mail["Subject"] == f"Zoho Portal: reconnect {connection.name}"
        assert f"/connections/{connection.pk}/" in mail.get_content()

    def test_comes_again_only_after_a_repair(
        self, zoho: SandboxZoho, connection: Connection, mails: MailServer
    ) -> None:
        set_broken(connection)
        housekeeping.tell_admins()
        housekeeping.tell_admins()
        assert len(mails.mails) == 1

        (stored,) = connection.client.secrets.all()
        clients.replace_secret(connection, vault.unseal(stored, "sealed"))
        connection.refresh_from_db()
        set_broken(connection)
        housekeeping.tell_admins()
        housekeeping.tell_admins()

        assert len(mails.mails) == 2

    def test_is_tried_again_when_nobody_took_it(
        self, connection: Connection, mails: MailServer, settings: Any
    ) -> None:
        set_broken(connection)
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        housekeeping.tell_admins()
        assert mails.mails == []

        settings.EMAIL_PORT = port
        housekeeping.tell_admins()

        assert len(mails.mails) == 1

    def test_is_not_sent_for_what_works(
        self, connection: Connection, mails: MailServer
    ) -> None:
        housekeeping.tell_admins()

        assert mails.mails == []


class TestProof:
    def test_is_asked_of_a_connection_that_was_idle_for_a_day(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        housekeeping.prove_idle_connections()
        assert zoho.journal() == []
        before = timezone.now() - timedelta(days=1, minutes=1)
        Connection.objects.update(checked_at=before)

        housekeeping.prove_idle_connections()
        housekeeping.prove_idle_connections()

        asked = [entry["path"] for entry in zoho.journal()]
        assert asked.count("/crm/v8/org") == 1
        connection.refresh_from_db()
        assert connection.checked_at
        assert connection.checked_at > before

    def test_finds_a_grant_that_died_silently(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.revoke_tokens()
        Connection.objects.update(checked_at=timezone.now() - timedelta(days=2))

        housekeeping.prove_idle_connections()

        connection.refresh_from_db()
        assert not all(check["ok"] for check in connection.checks)


class TestEnds:
    def test_are_asked_for_until_zoho_confirms(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        revoke = "/oauth/v2/token/revoke"
        zoho.script("POST", revoke, {"status": 503}, {"status": 503})
        assert not endings.disconnect(connection)

        housekeeping.revoke_pending()
        assert Grant.objects.filter(ended_at__isnull=False).count() == 1
        housekeeping.revoke_pending()

        assert not Grant.objects.exists()


def delivery(connection: Connection, days: int, **values: Any) -> Delivery:
    return Delivery(
        kind="crm.contact",
        connection=connection,
        person=connection.created_by,
        title="Sample",
        lane="lane",
        form_key=uuid.uuid4().hex,
        finished_at=timezone.now() - timedelta(days=days),
        **({"payload": {"email": "kim@example.com"}, "state": "done"} | values),
    )


class TestCleanUp:
    def test_forgets_contents_of_settled_deliveries_in_time(
        self, connection: Connection, settings: Any
    ) -> None:
        settings.KEEP_CONTENT_DAYS = 90
        old, young, open_one = (
            delivery(connection, 91),
            delivery(connection, 89),
            delivery(connection, 91, state="unknown"),
        )
        Delivery.objects.bulk_create([old, young, open_one])

        housekeeping.clean_up()

        kept = dict(Delivery.objects.values_list("pk", "payload"))
        assert kept[old.pk] == {}
        assert kept[young.pk] == kept[open_one.pk] == {"email": "kim@example.com"}
        assert Delivery.objects.filter(title="Sample").count() == 3

    def test_takes_no_more_memory_for_more_rows(self, connection: Connection) -> None:
        long = {"description": "x" * 20_000}
        for _ in range(ROWS // 100):
            rows = [delivery(connection, 100, payload=long) for _ in range(100)]
            Delivery.objects.bulk_create(rows)
        tracemalloc.start()

        housekeeping.clean_up()

        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert not Delivery.objects.exclude(payload={}).exists()
        assert peak < 4_000_000 < ROWS * 20_000

    def test_deletes_sessions_drafts_and_calls(
        self, draft: Connection, connection: Connection, settings: Any
    ) -> None:
        now = timezone.now()
        settings.KEEP_CALLS_DAYS = 30
        Session.objects.create(session_key="over", expire_date=now - LONG_AGO)
        Session.objects.create(session_key="open", expire_date=now + LONG_AGO)
        Connection.objects.filter(pk=draft.pk).update(created_at=now - LONG_AGO)
        newest = ZohoCall.objects.count()
        for days in (31, 29):
            at = now - timedelta(days=days)
            ZohoCall.objects.create(at=at, method="GET", status=200, milliseconds=1)

        housekeeping.clean_up()

        assert [row.session_key for row in Session.objects.all()] == ["open"]
        assert [row.pk for row in Connection.objects.all()] == [connection.pk]
        assert ZohoCall.objects.count() == newest + 1

    def test_deletes_finished_and_stranded_tasks(self, db: None) -> None:
        hours = timedelta(hours=2)
        for lane in ("waits", "runs", "stranded", "done", "failed"):
            tasks.work_on.enqueue(lane)
        rows = {row.args_kwargs["args"][0]: row for row in DBTaskResult.objects.all()}
        now = timezone.now()
        for lane, status, started in (
            ("runs", "RUNNING", now),
            ("stranded", "RUNNING", now - hours),
            ("done", "SUCCESSFUL", now),
            ("failed", "FAILED", now),
        ):
            mine = DBTaskResult.objects.filter(pk=rows[lane].pk)
            mine.update(status=status, started_at=started)

        housekeeping.clean_up()

        left = {row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()}
        assert left == {"waits", "runs"}
