"""Rows that are like others, and rows whose request or answer was lost on the way."""

import pytest
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from crm.schema import store
from crm.zoho import row_writes
from tests.crm.as_browser import form_of
from tests.crm.record_form import Form
from tests.outbox.lines import busy, send
from tests.support.deals import NEEDED, Deal, puts
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

WELSH = {"id": "5550001", "Language": "Welsh", "Level": "Basic"}
IRISH = {"id": "5550002", "Language": "Irish", "Level": "Basic"}
LONG_AGO = "2026-01-01T00:00:00+00:00"
LIKE_WELSH = [{"Language": "Welsh", "Level": "Basic"}, {"Language": "Welsh"}]


@pytest.fixture
def deal(zoho: SandboxZoho, grown: Connection, staff_client: Client) -> Deal:
    return Deal(zoho, staff_client, grown, Languages_Known=[WELSH, IRISH])


def _another_key(deal: Deal) -> list[str]:
    """Return the key of the same form, opened once more."""
    return form_of(deal.open())["form_key"]


class TestRowLikeAnother:
    """Zoho takes two rows that are alike: one that is there is not the new one."""

    @pytest.mark.parametrize("row", LIKE_WELSH)
    def test_is_added(self, zoho: SandboxZoho, deal: Deal, row: dict[str, str]) -> None:
        typed = {f"Languages_Known-new0-{name}": row[name] for name in row}

        deal.save(**typed)

        rows = [{"id": "5550001"}, {"id": "5550002"}, row]
        assert puts(zoho) == [[{"Languages_Known": rows}]]
        assert len(deal.languages()) == 3
        assert "1 field changed" in Delivery.objects.get().outcome["sentence"]

    @pytest.mark.parametrize("drop", ["before", "after"])
    @pytest.mark.parametrize("row", LIKE_WELSH)
    def test_is_added_once_though_the_line_broke(
        self,
        zoho: SandboxZoho,
        deal: Deal,
        staff_client: Client,
        row: dict[str, str],
        drop: str,
    ) -> None:
        zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", {"drop": drop})
        deal.save(**{f"Languages_Known-new0-{name}": row[name] for name in row})
        delivery = Delivery.objects.get()
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert [name for name, _ in deal.languages()] == ["Welsh", "Irish", "Welsh"]

    @pytest.mark.parametrize("typed", [LIKE_WELSH, LIKE_WELSH[::-1]])
    def test_that_has_more_is_not_taken_for_it(
        self, typed: list[dict[str, str]]
    ) -> None:
        there = [row | {"id": str(number)} for number, row in enumerate(LIKE_WELSH)]

        assert row_writes.has(typed, [WELSH], [WELSH, *there])
        assert not row_writes.has(typed, [WELSH], [WELSH, there[0]])

    def test_is_added_to_what_a_preview_found(
        self, zoho: SandboxZoho, grown: Connection, deal: Deal, staff_client: Client
    ) -> None:
        form = Form(staff_client, grown, "Deals")

        form.send(**NEEDED, **{"Languages_Known-new0-Language": "Welsh"})
        assert "Will update New kitchen" in form.said
        form.send()

        assert [name for name, _ in deal.languages()] == ["Welsh", "Irish", "Welsh"]

    @pytest.mark.parametrize("drop", ["", "before", "after"])
    def test_is_added_beside_one_that_a_colleague_added_before(
        self, zoho: SandboxZoho, grown: Connection, deal: Deal, drop: str
    ) -> None:
        manx = {"Languages_Known-new0-Language": "Manx"}
        with busy(grown):
            deal.save(**manx, **{"Languages_Known-new0-Level": "Basic"})
            deal.save(**manx, form_key=_another_key(deal))
        bobs, adas = Delivery.objects.order_by("created_at")
        assert send(bobs) == ["done"]
        if drop:
            zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", {"drop": drop})
            assert send(adas) == ["waiting"]

        assert send(adas) == ["done"]

        assert [name for name, _ in deal.languages()][2:] == ["Manx", "Manx"]


class TestUpsertOfARecordThatIsThere:
    """A form typed while Zoho was away, whose record turns out to be there."""

    @pytest.fixture
    def typed(
        self, zoho: SandboxZoho, grown: Connection, deal: Deal, staff_client: Client
    ) -> Delivery:
        form = Form(staff_client, grown, "Deals")
        down = {"status": 503, "body": "<p>", "times": 3}
        zoho.script("GET", "/crm/v8/Deals/search", down)
        form.send(**NEEDED, **{"Languages_Known-new0-Language": "Manx"})
        with busy(grown):
            form.send()
        # Nobody has touched it for long.
        times = {"Created_Time": LONG_AGO, "Modified_Time": LONG_AGO}
        zoho.put_crm_record("Deals", **deal.now | times)
        return Delivery.objects.get(kind="crm.record")

    def lose(self, zoho: SandboxZoho, delivery: Delivery, drop: str) -> None:
        zoho.script("POST", "/crm/v8/Deals/upsert", {"drop": drop})
        assert send(delivery) == ["unknown"]

    @pytest.mark.parametrize("drop", ["before", "after"])
    def test_adds_its_row_once(
        self,
        zoho: SandboxZoho,
        deal: Deal,
        typed: Delivery,
        staff_client: Client,
        drop: str,
    ) -> None:
        self.lose(zoho, typed, drop)

        staff_client.post(f"{typed.get_absolute_url()}again/")

        typed.refresh_from_db()
        assert typed.state == "done"
        assert typed.outcome["external_id"] == deal.before["id"]
        assert [name for name, _ in deal.languages()] == ["Welsh", "Irish", "Manx"]

    def test_leaves_it_to_a_person_where_somebody_changed_it_since(
        self, zoho: SandboxZoho, deal: Deal, typed: Delivery
    ) -> None:
        self.lose(zoho, typed, "after")
        mended = [row | {"Language": "Gaelic"} for row in deal.now["Languages_Known"]]
        zoho.put_crm_record("Deals", **deal.now | {"Languages_Known": mended})

        for _ in range(6):
            Delivery.objects.filter(state="unknown").update(retry_at=timezone.now())
            send(typed)

        assert typed.state == "unknown"
        assert typed.retry_at is None
        assert len(deal.languages()) == 3

    def test_takes_none_without_its_row_for_its_own(
        self, zoho: SandboxZoho, deal: Deal, typed: Delivery
    ) -> None:
        now = timezone.now().isoformat()
        zoho.put_crm_record("Deals", **deal.now | {"Created_Time": now})
        self.lose(zoho, typed, "before")

        Delivery.objects.update(retry_at=timezone.now())

        assert send(typed) == ["unknown"]

    def test_goes_once_more_on_a_persons_word(
        self, zoho: SandboxZoho, deal: Deal, typed: Delivery, staff_client: Client
    ) -> None:
        self.lose(zoho, typed, "before")
        zoho.put_crm_record("Deals", **deal.now | {"Next_Step": "Call"})

        staff_client.post(f"{typed.get_absolute_url()}again/")

        typed.refresh_from_db()
        assert typed.state == "done"
        assert [name for name, _ in deal.languages()] == ["Welsh", "Irish", "Manx"]


class TestTurnedOut:
    """A new record that Zoho had already after all."""

    @pytest.mark.parametrize(("step", "is_offered"), [("", False), ("Call", True)])
    def test_offers_to_put_back_what_was_written_over_alone(
        self,
        zoho: SandboxZoho,
        grown: Connection,
        staff_client: Client,
        step: str,
        is_offered: bool,
    ) -> None:
        form = Form(staff_client, grown, "Deals")
        form.send(**NEEDED, Next_Step=step, **{"Languages_Known-new0-Language": "Manx"})
        zoho.put_crm_record("Deals", **NEEDED, Next_Step="Wait")

        form.send()

        assert "New kitchen was updated, not created" in form.said
        assert ("Put the old values back" in form.said) == is_offered
        reference = Delivery.objects.get().reference
        address = f"/c/{grown.slug}/crm/Deals/put-back/{reference}/"
        answer = staff_client.post(address)
        assert answer.status_code == (302 if is_offered else 404)
        after = zoho.crm_records("Deals")[-1]
        assert after["Next_Step"] == "Wait"
        assert [row["Language"] for row in after["Languages_Known"]] == ["Manx"]


class TestRowThatIsGone:
    def test_is_not_edited_without_a_word_after_a_colleague_took_it_out(
        self, zoho: SandboxZoho, grown: Connection, deal: Deal, staff_client: Client
    ) -> None:
        with busy(grown):
            deal.save(**{"Languages_Known-5550001-gone": "on"})
            deal.save(
                **{"Languages_Known-5550001-Level": "Native"},
                form_key=_another_key(deal),
            )
        bobs, adas = Delivery.objects.order_by("created_at")

        assert send(bobs, adas) == ["done", "refused"]

        assert len(puts(zoho)) == 1
        page = staff_client.get(adas.get_absolute_url())
        assert "Somebody else changed this record" in page.content.decode()
        assert deal.languages() == [("Irish", "Basic")]

    def test_may_be_taken_out_twice(self, grown: Connection, deal: Deal) -> None:
        gone = {"Languages_Known-5550001-gone": "on"}
        with busy(grown):
            deal.save(**gone)
            deal.save(**gone, Next_Step="Call", form_key=_another_key(deal))

        assert send(*Delivery.objects.order_by("created_at")) == ["done", "done"]

        assert deal.languages() == [("Irish", "Basic")]

    def test_takes_no_tick_along_without_a_word_where_its_field_is_gone(
        self, zoho: SandboxZoho, grown: Connection, deal: Deal
    ) -> None:
        zoho.change_crm_metadata("Deals", remove_field="Languages_Known")
        store.forget(grown, "Deals")

        answer = deal.save(
            **{"Languages_Known-5550001-gone": "on", "Next_Step": "Call"}
        )

        assert answer.context["drift"] == [
            "A row of Languages Known is not there any more in Zoho.",
            "A row of Languages Known was to be removed.",
        ]
        assert form_of(answer)["Next_Step"] == ["Call"]
        assert puts(zoho) == []

    def test_takes_none_along_where_a_refusal_shows_that(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        details = {"api_name": "Next_Step", "json_path": "$.data[0].Next_Step"}
        item = {"code": "INVALID_DATA", "status": "error", "message": "invalid data"}
        refused = {"status": 400, "body": {"data": [item | {"details": details}]}}
        zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", refused)
        zoho.change_crm_metadata("Deals", remove_field="Languages_Known")

        answer = deal.save(
            **{"Languages_Known-5550001-gone": "on", "Next_Step": "Call"}
        )

        assert "A row of Languages Known was to be removed." in answer.context["drift"]
