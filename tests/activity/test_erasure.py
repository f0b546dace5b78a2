"""A customer's data is found, and erased on request; the receipt names nobody."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.activity.entries import calls, events
from tests.support.pages import text
from zohoportal.activity.erasure import Sought
from zohoportal.activity.models import AuditEvent, ZohoCall

PAGE = "/activity/erase/"
KIM = "kim.sample@example.com"


def ask(client: Client, who: str, **more: str) -> Any:
    return client.post(PAGE, {"who": who} | more, follow=True)


def command(who: str, *options: str) -> str:
    said = StringIO()
    call_command("erase_customer", who, *options, stdout=said)
    return said.getvalue()


class TestSought:
    @pytest.mark.parametrize(
        ("who", "value"),
        [
            (KIM, "Contact kim.sample@example.com"),
            (KIM, {"Email": "Kim.Sample@Example.com"}),
            (KIM, "Write to kim.sample@example.com."),
            (KIM, "Kim <kim.sample@example.com>"),
            ("Kim Sample", {"rows": [{"text": "for kim\n sample, today"}]}),
            ("Kim Sample", {"First_Name": "Kim", "Last_Name": "Sample"}),
            ("Anna van Dam", {"First_Name": "Anna", "Last_Name": "van Dam"}),
            ("Jürgen Groß", "Ticket of JÜRGEN GROSS"),
            ("Kim Sample", "Letter to Kim Sample.pdf"),
            ("4876876000000123", {"id": 4876876000000123}),
            ("4876876000000123", "/crm/v8/Contacts/4876876000000123/Notes"),
        ],
    )
    def test_is_in(self, who: str, value: Any) -> None:
        assert Sought(who).is_in("", value)

    @pytest.mark.parametrize(
        ("who", "value"),
        [
            (KIM, "joakim.sample@example.com"),
            (KIM, "x.kim.sample@example.com"),
            (KIM, "kim.sample@example.com.au"),
            ("sample@example.com", KIM),
            ("Kim Sample", "Kim Samples"),
            ("Kim Sample", {"First_Name": "Kim", "Last_Name": "Example"}),
            ("Kim Sample", {"Kim Sample": "a name of a field"}),
            ("4876876000000123", "/crm/v8/Contacts/48768760000001234"),
            ("Ann", "Hannah and Anna"),
            ("Kim", KIM),
            ("Sample", KIM),
            ("Example", KIM),
        ],
    )
    def test_is_not_in(self, who: str, value: Any) -> None:
        assert not Sought(who).is_in("", value)

    @given(st.text(min_size=1), st.text())
    def test_is_a_text_whatever_its_signs(self, who: str, other: str) -> None:
        Sought(who).is_in(other, {"a": [other, None, True, 1]})

    @given(st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9})?@[a-z]{1,9}\.com", fullmatch=True))
    def test_is_found_among_other_words(self, address: str) -> None:
        assert Sought(address).is_in(f"Of {address.upper()}, today")

    def test_leaves_a_mark_that_does_not_tell_it(self) -> None:
        mark = Sought(KIM).mark

        assert mark == Sought("  KIM.sample@example.com ").mark
        assert mark != Sought("pat.sample@example.com").mark
        assert len(mark) == 32


class TestPage:
    def test_shows_what_there_is_and_changes_nothing(
        self, admin_client: Client
    ) -> None:
        events(1, act="sent", target=f"Contact {KIM}")
        calls(1, path=f"/crm/v8/Contacts/{KIM}")

        page = text(ask(admin_client, KIM))

        assert f"Names in the trail Contact {KIM}" in page
        assert f"Calls to Zoho /crm/v8/Contacts/{KIM}" in page
        assert AuditEvent.objects.filter(target__contains=KIM).exists()

    def test_erases_and_leaves_a_receipt(self, admin_client: Client) -> None:
        events(1, act="sent", target=f"Contact {KIM}", details={"to": KIM})
        events(1, target="Contact pat@example.com")
        calls(1, path=f"/crm/v8/Contacts/{KIM}")

        page = text(ask(admin_client, KIM, erase="1"))

        assert "Erased: names in the trail: 1, calls to Zoho: 1." in page
        receipt, other, erased = AuditEvent.objects.order_by("-pk")
        assert receipt.act == "erased"
        assert receipt.target == Sought(KIM).mark
        assert receipt.details == {"names in the trail": 1, "calls to Zoho": 1}
        assert other.target == "Contact pat@example.com"
        assert (erased.target, erased.details) == ("Erased on request", {})
        assert not ZohoCall.objects.exists()
        assert KIM not in page

    @pytest.mark.parametrize("act", ["erased", "changed", "sign_in_failed", "refused"])
    def test_leaves_what_was_done_in_the_portal(
        self, act: str, admin_client: Client
    ) -> None:
        events(1, target=f"Rights of {KIM}", act=act)

        ask(admin_client, KIM, erase="1")

        assert AuditEvent.objects.filter(target=f"Rights of {KIM}").exists()

    def test_tells_that_it_was_erased_before(self, admin_client: Client) -> None:
        ask(admin_client, KIM, erase="1")

        page = text(ask(admin_client, KIM.upper()))

        assert "The portal holds nothing in which" in page
        assert "Erased before:" in page

    @pytest.mark.parametrize("who", ["", "  ", "ab"])
    def test_asks_for_more(self, admin_client: Client, who: str) -> None:
        events(1, target="ab")

        answer = ask(admin_client, who, erase="1")

        assert answer.context["form"].errors
        assert not AuditEvent.objects.filter(act="erased").exists()


class TestCommand:
    def test_only_tells_unless_it_is_told_to(self, db: None) -> None:
        events(1, act="sent", target=f"Contact {KIM}")

        said = command(KIM)

        assert f"names in the trail: 1\n  Contact {KIM}\n" in said
        assert "Nothing was erased. Add --yes to erase it." in said
        assert AuditEvent.objects.get().target == f"Contact {KIM}"

    def test_erases(self, db: None) -> None:
        events(1, act="sent", target=f"Contact {KIM}")

        said = command(KIM, "--yes")

        assert "Erased: names in the trail: 1." in said
        assert f"Receipt {Sought(KIM).mark}" in said
        receipt = AuditEvent.objects.latest("pk")
        assert receipt.person_name.endswith(", by command")

    def test_wants_more_than_two_letters(self, db: None) -> None:
        with pytest.raises(CommandError, match="3 characters or more"):
            command("ab")
