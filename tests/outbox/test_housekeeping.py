"""What the regular jobs do: mails, proofs, ends, cleaning up."""

import tracemalloc
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from connections.models import Connection, Grant
from connections.setup import clients
from connections.tokens import revocation, vault
from tests.mail import MailServer, mail_server
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Session, User
from zohoportal.activity.models import ZohoCall
from zohoportal.outbox.delivering import tasks
from zohoportal.outbox.models import Delivery, Target
from zohoportal.outbox.worker import housekeeping

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
        assert not revocation.disconnect(connection)

        housekeeping.revoke_pending()
        assert Grant.objects.filter(ended_at__isnull=False).count() == 1
        housekeeping.revoke_pending()

        assert not Grant.objects.exists()


def delivery(connection: Connection, days: int, **values: Any) -> Delivery:
    return Delivery(
        kind="crm.record",
        connection=connection,
        person=connection.created_by,
        title="Sample",
        limit_key="crm:eu:1",
        idempotency_key=uuid.uuid4().hex,
        finished_at=timezone.now() - timedelta(days=days),
        outcome={
            "sentence": "Kim was created.",
            "external_id": "1",
            "details": {"old": "Kim", "new": "Kimmy"},
        },
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
        Target.objects.bulk_create(
            Target(delivery=each, key=1, place=1) for each in (old, young, open_one)
        )

        housekeeping.clean_up()

        named = set(Target.objects.values_list("delivery", flat=True))
        assert named == {young.pk, open_one.pk}
        kept = dict(Delivery.objects.values_list("pk", "payload"))
        assert kept[old.pk] == {}
        assert kept[young.pk] == kept[open_one.pk] == {"email": "kim@example.com"}
        old.refresh_from_db()
        assert old.title == "Content deleted after 90 days"
        assert old.outcome == {"sentence": "", "external_id": "1", "details": {}}
        assert Delivery.objects.filter(title="Sample").count() == 2

    def test_deletes_what_is_left_after_a_year_and_a_month(
        self, connection: Connection, settings: Any
    ) -> None:
        settings.KEEP_DELIVERIES_DAYS = 400
        rows = [delivery(connection, 0), delivery(connection, 0)]
        rows += [delivery(connection, 0, state="unknown")]
        Delivery.objects.bulk_create(rows)
        long_ago = timezone.now() - timedelta(days=401)
        ids = [row.pk for row in rows[1:]]
        Delivery.objects.filter(pk__in=ids).update(created_at=long_ago)

        housekeeping.clean_up()

        left = set(Delivery.objects.values_list("pk", flat=True))
        assert left == {rows[0].pk, rows[2].pk}

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
        for key, end in (("over", now - LONG_AGO), ("open", now + LONG_AGO)):
            Session.objects.create(
                session_key=key, expire_date=end, began_at=now, last_seen_at=now
            )
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
        for limit_key in ("waits", "runs", "stranded", "done", "failed"):
            tasks.work_on.enqueue(limit_key)
        rows = {row.args_kwargs["args"][0]: row for row in DBTaskResult.objects.all()}
        now = timezone.now()
        for limit_key, status, started in (
            ("runs", "RUNNING", now),
            ("stranded", "RUNNING", now - hours),
            ("done", "SUCCESSFUL", now),
            ("failed", "FAILED", now),
        ):
            mine = DBTaskResult.objects.filter(pk=rows[limit_key].pk)
            mine.update(status=status, started_at=started)

        housekeeping.clean_up()

        left = {row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()}
        assert left == {"waits", "runs"}
