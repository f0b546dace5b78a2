"""What waits in a database of an earlier version is sent by this one.

`deliveries_before.json` has one delivery of every kind, as commit 18b8aae wrote them
down: before payloads had a version and before names of columns and modules changed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from connections import features, limits
from connections.models import (
    ClientSecret,
    Connection,
    Grant,
    Membership,
    OAuthClient,
    ProductAccount,
)
from connections.setup import flow
from crm.services import RECORDS
from desk.zoho.answers import ANSWERS
from tests.processes import until
from tests.workers.elsewhere import Elsewhere, elsewhere
from tests.workers.ledger import Holdings
from tests.workers.office import Desk
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = Path(__file__).with_name("deliveries_before.json")
OLD = (("connections", "0004_environments"), ("outbox", "0009_grows_old"))
MODELS: list[type[Model]] = [
    *(User, OAuthClient, ClientSecret, Connection, Grant, ProductAccount, Membership)
]

# Fills tables that stand as they stood then.
FILL = """
import json, sys, django
django.setup()
from django.db import connection
from django.db.models.fields import AutoFieldMixin
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
targets = [tuple(each) for each in %r]
apps = executor.loader.project_state(targets).apps
with connection.constraint_checks_disabled():
    for label, rows in json.load(open(sys.argv[1])):
        model = apps.get_model(label)
        fields = model._meta.concrete_fields
        # The database counts on from the numbers that it gave itself.
        own = [each for each in fields if not isinstance(each, AutoFieldMixin)]
        names = {each.attname for each in own}
        for row in rows:
            values = {name: row[name] for name in names & row.keys()}
            made = model(**values)
            made.save(force_insert=True)
            times = {name: values[name] for name in ("created_at",) if name in values}
            if times:
                model.objects.filter(pk=made.pk).update(**times)
"""
# Somebody sends again what nobody knew how to read; the connection was repaired since.
SEND_AGAIN = """
import django
django.setup()
from zohoportal.outbox import services
from zohoportal.outbox.models import Delivery
print(services.send_again(Delivery.objects.get(held_for="reply")))
"""
# One of then deletes, which staff could not before they had rights of their own.
ALLOW = """
import django
django.setup()
from connections.models import Membership
for each in Membership.objects.all():
    each.rights += ["crm.contacts.delete", "crm.records.delete"]
    each.save()
"""
# A task as the version before queued it.
QUEUE = """
import django
django.setup()
from django_tasks_db.models import DBTaskResult
from zohoportal.outbox.delivering.tasks import work_on
work_on.enqueue(%r)
DBTaskResult.objects.update(task_path="zohoportal.outbox.tasks.work_on")
"""
TASKS = """
import json, django
django.setup()
from django_tasks_db.models import DBTaskResult
old = DBTaskResult.objects.filter(task_path="zohoportal.outbox.tasks.work_on")
print(json.dumps(list(old.values_list("status", flat=True))))
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Elsewhere]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with elsewhere(folder) as made:
        yield made


def own_rows() -> list[tuple[str, Any]]:
    """Return the working connection of this test, to be put into the old tables."""
    return [
        (model._meta.label_lower, list(model._default_manager.values()))
        for model in MODELS
    ]


def old_rows(
    connection: Connection, staff: User, desk: Desk
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the deliveries of then, about what is at Zoho and in the portal now."""
    text = BEFORE.read_text()
    ids = json.loads(text)["ids"]
    now = {
        ids["staff"]: str(staff.pk),
        ids["connection"]: str(connection.pk),
        ids["crm"]: limits.key_of(connection, "crm"),
        ids["desk"]: limits.key_of(connection, "desk"),
        ids["department"]: desk.department,
        **dict(zip(ids["tickets"], desk.tickets, strict=True)),
        **dict(zip(ids["to_close"], desk.to_close, strict=True)),
        ids["to_change"][0]: desk.to_change[0]["id"],
    }
    for number, old in enumerate(now):
        text = text.replace(old, f"<{number}>")
    for number, new in enumerate(now.values()):
        text = text.replace(f"<{number}>", new)
    rows = json.loads(text)["rows"]
    return [
        (f"outbox.{name.lower()}", rows[name])
        for name in ("Upload", "Delivery", "Target", "Attempt")
    ]


def keep_files(place: Elsewhere, uploads: list[dict[str, Any]]) -> None:
    """Put the files that wait where they were."""
    for each in uploads:
        name, size = each["name"], each["size"]
        path = place.uploads / each["stored"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((name * size)[:size].encode())


def test_sends_each_that_waits_is_held_or_in_doubt_once(
    zoho: SandboxZoho,
    answering: Connection,
    staff: User,
    place: Elsewhere,
    tmp_path: Path,
) -> None:
    scopes = features.scopes([*answering.features, ANSWERS.key, RECORDS.key])
    code = zoho.new_code(answering.client.client_id, ",".join(scopes))
    flow.connect_with_code(answering, code)
    desk = Desk.at(zoho, 8)
    for target in OLD:
        assert place.manage("migrate", *target).returncode == 0
    deliveries = old_rows(answering, staff, desk)
    keep_files(place, deliveries[0][1])
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([*own_rows(), *deliveries], cls=DjangoJSONEncoder))
    place.script(FILL % (OLD,), str(rows))
    holdings = Holdings(zoho)

    migrated = place.manage("migrate")

    assert migrated.returncode == 0, migrated.stderr
    states = place.states()
    kinds = {kind for kind, *_ in states}
    assert len(kinds) == 9
    assert {state for _, state, *_ in states} == {"waiting", "unknown"}
    assert {held for *_, held, _ in states} == {"", "reconnect", "reply", "parent"}
    place.script(QUEUE % limits.key_of(answering, "crm"))
    place.script(ALLOW)
    with place.worker() as worker:
        worker.wait_until_ready()
        assert place.script(SEND_AGAIN).strip() == "True"
        until(place.are_settled, 120)
    assert {(kind, state) for kind, state, *_ in place.states()} == {
        (kind, "done") for kind in kinds
    }
    assert set(holdings.effects().values()) == {1}
    assert json.loads(place.script(TASKS)) == ["SUCCESSFUL"]
