from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db import connection as database

from tests.activity.entries import ACME, CALL, calls, events
from zohoportal.accounts.models import User
from zohoportal.activity import services
from zohoportal.activity.models import AppendOnly, AuditEvent, ZohoCall

CHANGES: dict[str, Callable[[Any], object]] = {
    "save": lambda entry: entry.save(),
    "save some": lambda entry: entry.save(update_fields=["connection_name"]),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: type(entry).objects.update(connection_name="x"),
    "delete all": lambda entry: type(entry).objects.all().delete(),
    "delete some": lambda entry: type(entry).objects.filter(pk=entry.pk).delete(),
    "update in bulk": lambda entry: type(entry).objects.bulk_update(
        [entry], ["connection_name"]
    ),
    "update or create": lambda entry: type(entry).objects.update_or_create(
        pk=entry.pk, defaults={"connection_name": "x"}
    ),
}


class TestEntries:
    @pytest.mark.parametrize("change", CHANGES)
    @pytest.mark.parametrize("add", [calls, events])
    def test_are_added_and_never_changed(
        self, db: None, add: Callable[[], list[Any]], change: str
    ) -> None:
        (entry,) = add()
        entry.connection_name = "x"

        with pytest.raises(AppendOnly), transaction.atomic():
            CHANGES[change](entry)

        assert [row.connection_name for row in type(entry).objects.all()] == ["Acme"]

    def test_of_the_trail_say_who_did_what(self, admin: User) -> None:
        services.record(
            AuditEvent.Act.CHANGED, admin, "name", ACME, "Acme", now="Acme Ltd"
        )

        event = AuditEvent.objects.get()
        assert event.person_id == str(admin.pk)
        assert event.person_name == "admin@example.com"
        assert (event.get_act_display(), event.target) == ("Changed", "name")
        assert event.facts == "now: Acme Ltd"

    def test_of_the_trail_outlive_the_person(self, admin: User) -> None:
        services.record(AuditEvent.Act.EXPORTED, admin, "calls-to-zoho.csv")

        admin.delete()

        assert AuditEvent.objects.get().person_name == "admin@example.com"

    def test_of_the_trail_go_with_what_was_undone(self, admin: User) -> None:
        with transaction.atomic():
            services.record(AuditEvent.Act.CHANGED, admin, "name")
            transaction.set_rollback(True)

        assert not AuditEvent.objects.exists()


class TestRecordCall:
    def test_writes_nothing_inside_of_a_transaction_but_after_it(
        self, transactional_db: None
    ) -> None:
        with transaction.atomic():
            services.record_call(**CALL)
            assert not ZohoCall.objects.exists()

        assert ZohoCall.objects.count() == 1

    def test_breaks_nothing_when_the_database_does_not_take_it(
        self, transactional_db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        services.record_call(**CALL | {"milliseconds": -1})

        assert not ZohoCall.objects.exists()
        (line,) = caplog.records
        assert line.exc_info
        assert isinstance(line.exc_info[1], DatabaseError)

    def test_breaks_nothing_when_it_was_to_be_written_after_a_transaction(
        self, transactional_db: None, admin: User
    ) -> None:
        with transaction.atomic():
            services.record_call(**CALL | {"milliseconds": -1})
            services.record(AuditEvent.Act.CHANGED, admin, "name")

        assert not ZohoCall.objects.exists()
        assert AuditEvent.objects.exists()

    def test_breaks_nothing_when_there_is_no_database(
        self, transactional_db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        database.close()
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(database.settings_dict, "NAME", "/nowhere/at-all")
            services.record_call(**CALL)
        database.close()

        assert not ZohoCall.objects.exists()
        assert "calls to zoho not kept" in caplog.text

    def test_cuts_what_is_too_long(self, transactional_db: None) -> None:
        long = {"host": "h" * 300, "path": "/" * 900, "code": "C" * 200}

        services.record_call(**CALL | long)

        call = ZohoCall.objects.get()
        assert (len(call.host), len(call.path), len(call.code)) == (255, 500, 100)


class TestForgetOldCalls:
    def test_deletes_what_is_older_in_batches(
        self,
        db: None,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_num_queries: Any,
    ) -> None:
        monkeypatch.setattr(services, "BATCH", 10)
        calls(25, days_old=30.1)
        kept = calls(3, days_old=29.9)

        # Three batches and a look that finds nothing more.
        with django_assert_num_queries(3 * 2 + 1):
            assert services.forget_old_calls(30) == 25

        assert set(ZohoCall.objects.all()) == set(kept)

    def test_leaves_the_trail_alone(self, db: None) -> None:
        events(3)

        services.forget_old_calls(0)

        assert AuditEvent.objects.count() == 3
