"""Fields that take files: kept when they come, in Zoho with the record, never twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from crm.forms import file_inputs
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.uploads.store import forget_old_uploads

GROWN = {"name": "Grown Ltd", "sample": "grown"}
NEEDED = {"Deal_Name": "New kitchen", "Stage": "Qualification"}
DEALS = "/crm/v8/Deals"


def pdf(name: str = "contract.pdf", content: bytes = b"%PDF") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def form_of(grown: Connection) -> str:
    return f"/c/{grown.slug}/crm/Deals/new/"


def marks(page: Any, name: str = "Contracts") -> list[str]:
    """Return what the page would send back for the files of a field."""
    form = page.context["form"]
    return [each["mark"] for each in file_inputs.rows(form[name].value())]


def names(page: Any, name: str = "Contracts") -> list[str]:
    return [
        each["name"] for each in file_inputs.rows(page.context["form"][name].value())
    ]


def press(client: Client, address: str, values: dict[str, Any], **files: Any) -> Any:
    """Press the button of a form, and again where it shows what a save will do."""
    opened: Any = client.get(address)
    typed = {"form_key": opened.context["form_key"]} | values
    shown = client.post(address, typed | files)
    if not (shown.context and shown.context.get("preview")):
        return shown
    kept = {name: marks(shown, name) for name in files}
    again = {f"{name}-shown": "1" for name in files}
    return client.post(address, typed | kept | again | {"seen": shown.context["seen"]})


def stored(zoho: SandboxZoho) -> dict[str, Any]:
    return zoho.crm_records("Deals")[-1]


def at_zoho(zoho: SandboxZoho, name: str = "Contracts") -> list[str]:
    return [each["File_Name__s"] for each in stored(zoho).get(name) or ()]


def uploads(zoho: SandboxZoho) -> int:
    return len([e for e in zoho.journal() if e["path"] == "/crm/v8/files"])


class TestNewRecord:
    def test_has_the_files_that_were_chosen_first(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        files = {"Contracts": [pdf(), pdf("terms.pdf")], "Floor_Plan": [pdf("1.png")]}

        press(staff_client, form_of(grown), NEEDED, **files)

        assert Delivery.objects.get().state == "done"
        assert at_zoho(zoho) == ["contract.pdf", "terms.pdf"]
        assert at_zoho(zoho, "Floor_Plan") == ["1.png"]
        assert uploads(zoho) == 3
        # What nobody sees yet is no attempt.
        assert Delivery.objects.get().attempts.count() == 1

    def test_keeps_nothing_here_that_is_delivered(
        self,
        grown: Connection,
        staff_client: Client,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])

        (upload,) = Upload.objects.all()
        assert not storages["uploads"].exists(upload.stored)
        reference = Delivery.objects.get().reference
        again: Any = staff_client.get(f"{form_of(grown)}?from={reference}")
        assert names(again) == []

    def test_shows_them_before_it_is_saved(
        self, grown: Connection, staff_client: Client
    ) -> None:
        address = form_of(grown)
        opened: Any = staff_client.get(address)
        assert 'enctype="multipart/form-data"' in opened.content.decode()
        idempotency_key = {"form_key": opened.context["form_key"]}

        shown: Any = staff_client.post(
            address, NEEDED | idempotency_key | {"Contracts": [pdf()]}
        )

        assert shown.context["preview"]
        said = shown.content.decode()
        assert "contract.pdf (4\xa0bytes)" in said
        assert "<dd>contract.pdf</dd>" in said
        assert "Choose the files again" not in said

    def test_keeps_a_file_while_something_else_is_put_right(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        address = form_of(grown)
        opened: Any = staff_client.get(address)
        idempotency_key = {"form_key": opened.context["form_key"]}

        page: Any = staff_client.post(
            address,
            NEEDED | idempotency_key | {"Amount": "a lot", "Contracts": [pdf()]},
        )

        assert list(page.context["form"].errors) == ["Amount"]
        kept = {"Contracts": marks(page), "Contracts-shown": "1"}
        press(staff_client, address, NEEDED | {"Amount": "12"} | kept)
        # Nobody chose it again.
        assert Upload.objects.count() == 1
        assert at_zoho(zoho) == ["contract.pdf"]

    def test_says_what_is_wrong_with_a_file(
        self, grown: Connection, staff_client: Client
    ) -> None:
        page = press(staff_client, form_of(grown), NEEDED, Contracts=[pdf(content=b"")])

        (words,) = page.context["form"].errors["Contracts"]
        assert "“contract.pdf” is empty" in words
        assert "Choose the files again" in page.content.decode()
        assert not Upload.objects.exists()

    def test_that_was_sent_twice_has_its_files_once(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        address = form_of(grown)
        opened: Any = staff_client.get(address)
        typed = NEEDED | {"form_key": opened.context["form_key"]}
        shown: Any = staff_client.post(address, typed | {"Contracts": [pdf()]})
        kept = {"Contracts": marks(shown), "Contracts-shown": "1"}
        kept |= {"seen": shown.context["seen"]}

        for _ in range(2):
            answer: Any = staff_client.post(address, typed | kept)
            assert answer.status_code == 302

        assert at_zoho(zoho) == ["contract.pdf"]

    def test_takes_nobody_elses_file(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client, admin: User
    ) -> None:
        theirs = Upload.objects.create(
            person=admin, name="secret.pdf", size=4, sha256="0" * 64, stored="x"
        )
        item = {"name": "secret.pdf", "size": 4, "sha256": "0" * 64}
        mark = file_inputs.mark(item | {"upload": str(theirs.pk)})

        page = press(
            staff_client,
            form_of(grown),
            NEEDED | {"Contracts": [mark], "Contracts-shown": "1"},
        )

        (words,) = page.context["form"].errors["Contracts"]
        assert words == "“secret.pdf” is not kept here any more. Choose it again."
        assert uploads(zoho) == 0

    @pytest.mark.parametrize("mark", ["", "made up", "[object File]", "a:b"])
    def test_takes_no_mark_but_its_own(
        self, mark: str, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        typed = NEEDED | {"Contracts": [mark], "Contracts-shown": "1"}

        press(staff_client, form_of(grown), typed)

        assert Delivery.objects.get().state == "done"
        assert at_zoho(zoho) == []


class TestChangedRecord:
    """Whether files are added to those there, or replace them, nobody knows."""

    @pytest.fixture(params=[False, True], ids=["adds", "replaces"])
    def both(
        self, request: Any, zoho: SandboxZoho, admin: User, staff: User
    ) -> Connection:
        zoho.reset(crm_organizations=[GROWN | {"rows_replace": request.param}])
        return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])

    @pytest.fixture
    def deal(self, zoho: SandboxZoho, both: Connection, staff_client: Client) -> str:
        """The page of a deal that has two files."""
        files = [pdf(), pdf("terms.pdf")]
        press(staff_client, form_of(both), NEEDED, Contracts=files)
        zoho.clear_journal()
        return f"/c/{both.slug}/crm/Deals/{stored(zoho)['id']}/"

    def change(self, client: Client, deal: str, kept: list[str], *new: Any) -> Any:
        """Keep the files with these names, add the new ones, and save."""
        page: Any = client.get(f"{deal}change/")
        form = page.context["form"]
        values = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in values.items() if value}
        typed |= {name: page.context[name] for name in ("form_key", "opened")}
        rows = file_inputs.rows(form["Contracts"].value())
        ticked = [row["mark"] for row in rows if row["name"] in kept]
        typed |= {"Contracts": [*ticked, *new], "Contracts-shown": "1"}
        return client.post(f"{deal}change/", typed | {"Floor_Plan-shown": "1"})

    def test_gets_another_one(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        self.change(staff_client, deal, ["contract.pdf", "terms.pdf"], pdf("plan.pdf"))

        assert at_zoho(zoho) == ["contract.pdf", "terms.pdf", "plan.pdf"]
        (entry,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert list(entry["body"]["data"][0]) == ["Contracts"]

    def test_loses_what_was_unticked(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        self.change(staff_client, deal, ["terms.pdf"])

        assert at_zoho(zoho) == ["terms.pdf"]

    def test_loses_all_of_them(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        self.change(staff_client, deal, [])

        assert at_zoho(zoho) == []

    def test_gets_a_new_version_of_one(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        self.change(staff_client, deal, ["terms.pdf"], pdf(content=b"%PDF-2"))

        assert sorted(at_zoho(zoho)) == ["contract.pdf", "terms.pdf"]
        sizes = {each["Size__s"] for each in stored(zoho)["Contracts"]}
        assert sizes == {4, 6}

    def test_keeps_what_nobody_touched(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        before = stored(zoho)["Contracts"]
        page: Any = staff_client.get(f"{deal}change/")
        ours = {name: page.context[name] for name in ("form_key", "opened")}
        kept = {"Contracts": marks(page), "Contracts-shown": "1"}

        staff_client.post(f"{deal}change/", ours | kept | {"Next_Step": "Call"})

        (entry,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert entry["body"]["data"] == [{"Next_Step": "Call"}]
        assert stored(zoho)["Contracts"] == before

    def test_whose_answer_was_lost_has_the_file_once(
        self, deal: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        zoho.script("PUT", f"{DEALS}/*", {"drop": "after"})
        self.change(staff_client, deal, ["contract.pdf", "terms.pdf"], pdf("plan.pdf"))
        delivery = Delivery.objects.get(kind="crm.change")
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert at_zoho(zoho) == ["contract.pdf", "terms.pdf", "plan.pdf"]


class TestTrouble:
    def test_on_the_way_to_the_store_is_waited_for(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", "/crm/v8/files", {"drop": "after"})
        press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])
        delivery = Delivery.objects.get()
        # Nothing is in doubt: nobody sees what is in the store.
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        assert at_zoho(zoho) == ["contract.pdf"]

    def test_after_the_record_makes_no_second_one(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", f"{DEALS}/upsert", {"drop": "after"})
        press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])
        delivery = Delivery.objects.get()
        assert delivery.state == "unknown"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert at_zoho(zoho) == ["contract.pdf"]

    def test_of_a_file_that_is_gone_is_said(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", "/crm/v8/files", {"status": 503, "body": "<p>"})
        press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])
        Upload.objects.all().delete()
        delivery = Delivery.objects.get()

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "refused"

    def test_that_lasts_loses_no_file(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", "/crm/v8/files", {"status": 503, "body": "<p>"})
        press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])
        Upload.objects.update(created_at=timezone.now() - timedelta(days=9))

        forget_old_uploads()

        assert Upload.objects.count() == 1

    def test_that_zoho_refuses_brings_the_files_back(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        item = {"code": "INVALID_DATA", "details": {"api_name": "Amount"}}
        item |= {"message": "invalid data", "status": "error"}
        refusal = {"status": 400, "body": {"data": [item]}}
        zoho.script("POST", f"{DEALS}/upsert", refusal)

        page = press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])

        assert "Amount" in page.context["form"].errors
        assert names(page) == ["contract.pdf"]
        reference = Delivery.objects.get().reference
        again: Any = staff_client.get(f"{form_of(grown)}?from={reference}")
        assert names(again) == ["contract.pdf"]


class TestDemand:
    """forms/09: what a layout demands and can be filled in here is asked for."""

    def test_of_a_file_is_met_here_forms_09(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Deals", require_field="Contracts")

        page = press(staff_client, form_of(grown), NEEDED)

        assert page.context["form"].errors == {"Contracts": ["Choose Contracts."]}
        assert "at Zoho only" not in page.content.decode()
        press(staff_client, form_of(grown), NEEDED, Contracts=[pdf()])
        assert at_zoho(zoho) == ["contract.pdf"]

    @pytest.mark.parametrize("why", ["permission", "version"])
    def test_that_cannot_be_met_is_said_before_typing_forms_09(
        self, why: str, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Deals", demand_field="Contracts")
        if why == "permission":
            grown.grants.update(scopes=["ZohoCRM.modules.ALL"])
        else:
            Connection.objects.update(versions={"crm": "v2"})

        page: Any = staff_client.get(form_of(grown))

        assert "Contracts" not in page.context["form"].fields
        said = page.content.decode()
        words = "Your layout demands Contracts, which can be filled in at Zoho only"
        assert words in said
