"""What forms are made of is read anew in the background, and admins hear of changes."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections import limits
from connections.models import Connection, Limit, Reading
from connections.schema import refresh
from connections.schema.rows import as_text
from connections.schema.sources import Source
from connections.services import client_for
from connections.tokens import revocation
from crm import opening
from crm.models import Change, ModuleSettings
from crm.schema import sources, store
from tests.crm.record_form import RICH_TYPED, address_of
from tests.crm.schema_reads import DOWN, asked
from tests.support.contacts import save, url
from tests.zoho import SandboxZoho

# Two of them say what the person may do.
MOST_QUERIES = 14
TITLE = "Title is required in Zoho now."


def age(minutes: int) -> None:
    """Let what was read grow older, while it stays in use."""
    Reading.objects.update(fresh_until=timezone.now() - timedelta(minutes=minutes - 10))


@pytest.fixture
def used(rich: Connection, staff_client: Client, zoho: SandboxZoho) -> Connection:
    """A connection whose form of contacts was opened nine minutes ago."""
    staff_client.get(address_of(rich))
    age(minutes=9)
    zoho.clear_journal()
    return rich


class TestKept:
    def test_serves_other_processes_too(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(url(connection))
        zoho.clear_journal()

        # Another process has nothing in its memory.
        cache.clear()

        assert staff_client.get(url(connection)).status_code == 200
        assert zoho.journal() == []

    def test_is_the_same_again(self, rich: Connection) -> None:
        client = client_for(rich)
        (contacts, *_) = store.modules_of(rich)
        everything: list[Source[Any]] = [
            sources.modules(),
            sources.users(),
            sources.module(contacts),
        ]
        layouts = sources.module(contacts).ask(client).layouts
        everything += [sources.dependencies("Contacts", each.id) for each in layouts]

        for source in everything:
            found = source.ask(client)
            text = as_text(found)
            assert msgspec.json.decode(text, type=source.shape) == found

    def test_forms_need_the_same_queries_for_150_fields_as_for_few(
        self, rich: Connection, staff_client: Client
    ) -> None:
        counts = []
        for module in ("Contacts", "Deals"):
            address = f"/c/{rich.slug}/crm/{module}/new/"
            staff_client.get(address)
            with CaptureQueriesContext(database) as queries:
                staff_client.get(address)
            counts.append(len(queries))

        # Contacts ask once more: whether their files may be read.
        assert max(counts) <= MOST_QUERIES
        assert abs(counts[0] - counts[1]) <= 1


class TestRefresh:
    def test_spares_those_at_work_the_wait(
        self, zoho: SandboxZoho, used: Connection, staff_client: Client
    ) -> None:
        refresh.refresh()

        calls = [each["path"] for each in zoho.journal()]
        assert "/crm/v8/settings/fields" in calls
        assert "/crm/v8/settings/modules" in calls
        assert len(calls) == len(set(calls))
        zoho.clear_journal()
        staff_client.get(address_of(used))
        refresh.refresh()
        assert zoho.journal() == []

    def test_asks_nothing_while_all_is_fresh(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        age(minutes=7)

        refresh.refresh()

        assert zoho.journal() == []

    def test_leaves_what_nobody_used_for_an_hour(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        Reading.objects.update(used_at=timezone.now() - timedelta(minutes=61))

        refresh.refresh()

        assert zoho.journal() == []

    def test_goes_on_with_what_is_still_opened(
        self, used: Connection, staff_client: Client
    ) -> None:
        Reading.objects.update(used_at=timezone.now() - timedelta(minutes=55))

        staff_client.get(address_of(used))

        hour = timezone.now() - timedelta(minutes=1)
        assert not Reading.objects.filter(used_at__lt=hour).exists()

    def test_leaves_a_broken_connection_alone(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        Connection.objects.update(state="reconnect")

        refresh.refresh()

        assert zoho.journal() == []

    def test_leaves_a_connection_that_was_ended_alone(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        revocation.disconnect(used)
        zoho.clear_journal()

        refresh.refresh()

        assert zoho.journal() == []

    def test_minds_a_pause_that_zoho_asked_for(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        until = timezone.now() + timedelta(minutes=1)
        Limit.objects.update_or_create(
            key=limits.key_of(used, "crm"),
            defaults={"paused_until": until, "was_asked": True},
        )
        before = list(Reading.objects.values_list("pk", "fresh_until"))

        refresh.refresh()

        assert zoho.journal() == []
        # Nothing is put off: it is read as soon as the pause is over.
        assert list(Reading.objects.values_list("pk", "fresh_until")) == before

    def test_asks_once_a_run_while_zoho_is_away_and_serves_on(
        self, zoho: SandboxZoho, used: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", "/crm/v8/*", {"status": 400, "body": {"code": "X"}})

        refresh.refresh()

        assert len(zoho.journal()) == 1
        assert staff_client.get(address_of(used)).context["plan"]

    def test_gives_up_what_it_may_not_read_any_more(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        refused = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
        zoho.script("GET", "/crm/v8/settings/fields", refused | {"times": 9})

        for _ in range(5):
            refresh.refresh()

        assert asked(zoho).count("/crm/v8/settings/fields") == 1

    def test_forgets_what_was_not_used_for_a_month(self, used: Connection) -> None:
        Reading.objects.update(used_at=timezone.now() - timedelta(days=31))

        refresh.refresh()

        assert not Reading.objects.exists()


class TestDriftInTheBackground:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"require_field": "Title"}, TITLE),
            (
                {"demand_field": "Title"},
                "Title is asked for by the layout in Zoho now.",
            ),
            (
                {"demand_field": "Suppliers"},
                "Suppliers is demanded in Zoho now, and can be filled in there only.",
            ),
            (
                {"remove_field": "Customer_Number"},
                "Customer Number is not there any more in Zoho.",
            ),
            (
                {"remove_value": {"field": "Region", "value": "Europe"}},
                "Region has no value “Europe” any more in Zoho.",
            ),
        ],
    )
    def test_is_told_on_the_connections_page_until_it_was_seen(
        self,
        zoho: SandboxZoho,
        used: Connection,
        admin_client: Client,
        change: dict[str, Any],
        words: str,
    ) -> None:
        zoho.change_crm_metadata("Contacts", **change)

        refresh.refresh()

        detail = f"/connections/{used.pk}/"
        page: Any = admin_client.get(detail)
        (notice,) = page.context["notices"]
        assert notice.title == "Contacts changed in Zoho CRM"
        assert words in notice.lines
        assert words in admin_client.get(notice.url).content.decode()

        answer: Any = admin_client.post(f"{notice.url}seen/")

        assert answer.url == detail
        assert admin_client.get(detail).context["notices"] == []

    def test_is_told_when_a_page_reads_it_first(
        self, zoho: SandboxZoho, used: Connection, staff_client: Client
    ) -> None:
        age(minutes=60)
        zoho.change_crm_metadata("Contacts", require_field="Title")

        staff_client.get(address_of(used))

        assert [each.words for each in Change.objects.all()] == [TITLE]

    def test_is_no_matter_where_staff_do_not_work(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        ModuleSettings.objects.create(connection=used, module="Contacts", is_used=False)
        zoho.change_crm_metadata("Contacts", require_field="Title")

        refresh.refresh()

        assert not Change.objects.exists()

    def test_is_not_told_of_forms_that_the_connection_has_no_more(
        self, zoho: SandboxZoho, used: Connection, admin_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", require_field="Title")
        refresh.refresh()
        Connection.objects.update(features=["desk.tickets"])

        page: Any = admin_client.get(f"/connections/{used.pk}/")

        assert page.context["notices"] == []

    def test_tells_that_a_module_is_gone(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        others = [each for each in _modules() if each["api_name"] != "Contacts"]
        answer = {"status": 200, "body": {"modules": others}}
        zoho.script("GET", "/crm/v8/settings/modules", answer)

        refresh.refresh()

        change = Change.objects.get()
        assert (change.module, change.words) == (
            "Contacts",
            "It is not there any more in Zoho.",
        )
        assert opening.plan_of(used, "Contacts") is None

    def test_keeps_what_was_typed_into_a_field_that_is_gone_f47(
        self, zoho: SandboxZoho, used: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(address_of(used))
        names = {"form-fields": page.context["form"].names}
        values = RICH_TYPED | names | {"form_key": page.context["form_key"]}
        zoho.change_crm_metadata("Contacts", remove_field="Customer_Number")
        refresh.refresh()

        page = save(staff_client, address_of(used), values)

        assert page.context["drift"] == [
            "Customer Number is not there any more in Zoho.",
            "Customer Number had: C-17.",
        ]
        assert page.context["preview"] is None
        form = page.context["form"]
        rest = {
            name: value for name, value in RICH_TYPED.items() if name in form.fields
        }
        assert {name: form[name].value() for name in rest} == rest
        assert "Customer_Number" not in form.fields

        answer: Any = save(staff_client, address_of(used), rest | _key(page))

        assert answer.status_code == 302

    def test_serves_on_unchanged_while_zoho_is_away(
        self, zoho: SandboxZoho, used: Connection
    ) -> None:
        before = store.metadata_of(used, "Contacts")
        zoho.script("GET", "/crm/v8/*", DOWN)

        for _ in range(3):
            refresh.refresh()

        assert store.metadata_of(used, "Contacts") == before
        assert not Change.objects.exists()


def _modules() -> list[dict[str, Any]]:
    described = json.loads(Reading.objects.get(kind="modules").answer)
    return [
        {
            "api_name": each["api_name"],
            "singular_label": each["singular"],
            "plural_label": each["plural"],
            "api_supported": True,
            "creatable": True,
            "generated_type": "default",
        }
        for each in described
    ]


def _key(page: Any) -> dict[str, str]:
    return {"form_key": page.context["form_key"]}
