"""What a layout orders and demands, and what a form does where Zoho does not tell."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm import opening
from crm.models import ModuleSettings
from crm.schema.drawing import plan
from crm.schema.metadata import Field, Layout, Metadata, Module, Section
from crm.views.records import Cell
from tests.crm.every_type import sent
from tests.crm.record_form import address_of
from tests.support.connected import connected
from tests.support.contacts import TYPED, press, url
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

RICH = {"name": "Rich Ltd", "sample": "rich"}
CONTACTS = Module("Contacts", "Contact", "Contacts")
# What Zoho says instead of what a form would like to know besides.
REFUSALS = [
    {"status": 403, "body": {"code": "NO_PERMISSION", "message": "permission denied"}},
    {"status": 404, "body": {"code": "INVALID_URL_PATTERN", "message": "no such URL"}},
    {"status": 422, "body": {"code": "UNPROCESSABLE_ENTITY", "message": "no"}},
    {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH", "message": "no scope"}},
    {"status": 503, "body": "<h1>Service Unavailable</h1>"},
    {"status": 200, "body": "<html>Welcome</html>"},
]
NAMES = ["403", "404", "422", "401", "503", "html"]


def choose_layout(rich: Connection, name: str) -> None:
    """Choose a layout of contacts as an admin does."""
    found = opening.plan_of(rich, "Contacts")
    assert found
    layout = next(each.id for each in found.metadata.layouts if each.name == name)
    ModuleSettings.objects.create(connection=rich, module="Contacts", layout=layout)


class TestSections:
    def test_keep_their_names_and_order_on_the_form(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(address_of(rich))

        names = [name for name, _ in page.context["form"].more_sections()]
        assert names == ["Contact Information", "Customer", "More"]
        said = page.content.decode()
        places = [said.index(f"<h3>{name}</h3>") for name in names]
        assert places == sorted(places)

    def test_keep_their_names_and_order_on_the_record_page(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        press(staff_client, address_of(rich), TYPED | {"Visits": "12"})
        record = zoho.crm_records("Contacts")[-1]["id"]

        page: Any = staff_client.get(f"/c/{rich.slug}/crm/Contacts/{record}/")

        sections = dict(page.context["sections"])
        assert list(sections)[:2] == ["Contact Information", "Customer"]
        assert Cell("Visits", "12") in sections["Customer"]

    def test_show_each_field_once(self) -> None:
        names = ("Last_Name", "Email", "Phone")
        fields = {name: Field(name, name, is_mandatory=False) for name in names}
        one, two = Section("One", names[:2]), Section("Two", names[1:])
        known = Metadata(CONTACTS, fields, (Layout("1", "Standard", (one, two)),))

        drawn = plan(ModuleSettings(module="Contacts", fields=["Last_Name"]), known)

        assert drawn.more_by_section == [Section("Two", ("Phone",))]


class TestDemand:
    """Zoho may insist on what a layout demands always, or where it is named only."""

    @pytest.fixture
    def insists(self, zoho: SandboxZoho, admin: User, staff: User) -> Connection:
        """A CRM that insists always."""
        zoho.reset(crm_organizations=[RICH | {"demands_always": True}])
        return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])

    def test_is_a_warning_where_the_layout_is_not_named(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", demand_field="Title")
        address = address_of(rich)
        opened: Any = staff_client.get(address)
        assert "(your layout asks for it)" in opened.content.decode()
        shown: Any = staff_client.post(
            address, TYPED | {"form_key": opened.context["form_key"]}
        )
        assert "Your layout asks for Title too." in shown.content.decode()

        press(staff_client, address, TYPED)

        assert Delivery.objects.get().state == "done"
        assert "Layout" not in sent(zoho)

    def test_that_zoho_insists_on_all_the_same_stands_beside_the_field(
        self, zoho: SandboxZoho, insists: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", demand_field="Title")

        page = press(staff_client, address_of(insists), TYPED)

        assert page.context["form"].errors == {
            "Title": ["Enter title. Your CRM layout needs it."]
        }
        assert Delivery.objects.get().state == "refused"

    def test_of_a_layout_that_is_named_stops_the_save(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        choose_layout(rich, "Partner")

        page = press(staff_client, address_of(rich), TYPED)

        assert page.context["form"].errors == {"Discount": ["Enter Discount."]}
        assert not Delivery.objects.exists()
        press(staff_client, address_of(rich), TYPED | {"Discount": "5"})
        assert sent(zoho)["Layout"]["id"]
        assert Delivery.objects.get().state == "done"

    def test_is_no_matter_where_there_is_one_layout(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", demand_field="Title")
        found = opening.plan_of(connection, "Contacts")
        assert found
        ModuleSettings.objects.create(
            connection=connection, module="Contacts", layout=found.layout.id
        )

        press(staff_client, url(connection), TYPED)

        assert "Layout" not in sent(zoho)


class TestBeyond:
    """forms/09: a layout demands what has no input here: said before anybody types."""

    # Each of a kind that the portal has no input for.
    DEMANDED = ["Suppliers", "Helpers", "Consent"]

    @pytest.mark.parametrize("name", DEMANDED)
    def test_is_said_before_typing_forms_09(
        self, name: str, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Deals", demand_field=name)

        said = staff_client.get(address_of(grown, "Deals")).content.decode()

        words = f"Your layout demands {name}, which can be filled in at Zoho only"
        assert words in said
        assert "Zoho may refuse a new deal from here." in said
        assert "/tab/Deals" in said
        assert said.index(words) < said.index('id="id_Deal_Name"')

    def test_says_which_saves_zoho_will_refuse_forms_09(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", require_field="Suppliers")

        said = staff_client.get(address_of(rich)).content.decode()

        assert "Zoho will refuse every new contact from here." in said
        record = zoho.crm_records("Contacts")[0]["id"]
        change = f"/c/{rich.slug}/crm/Contacts/{record}/change/"
        assert "Your layout demands" not in staff_client.get(change).content.decode()

    def test_is_told_to_admins_too_forms_09(
        self, zoho: SandboxZoho, rich: Connection, admin_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", demand_field="Suppliers")

        page = admin_client.get(f"/c/{rich.slug}/crm/Contacts/settings/")

        assert "Your layout demands Suppliers" in page.content.decode()

    @pytest.mark.parametrize("name", ["Running_Number", "Created_By", "Owner"])
    def test_is_not_what_zoho_fills_in(
        self, name: str, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", demand_field=name)
        zoho.script("GET", "/crm/v8/users", REFUSALS[0])

        said = staff_client.get(address_of(rich)).content.decode()

        assert "Your layout demands" not in said


class TestSideQuestion:
    """replies/S6: what a form would like to know besides never stops it."""

    @pytest.mark.parametrize("refusal", REFUSALS, ids=NAMES)
    def test_about_dependent_values_stops_no_form_replies_s6(
        self,
        refusal: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        zoho.script("GET", "/crm/v8/settings/layouts/*", *[refusal | {"times": 9}])

        page: Any = staff_client.get(address_of(rich))

        assert "Country" in page.context["form"].fields
        assert "Which values of lists go together" in page.content.decode()
        press(staff_client, address_of(rich), TYPED | {"Country": "Japan"})
        # Zoho itself says what does not go together.
        assert Delivery.objects.get().problem["fields"][0]["field"] == "Country"

    @pytest.mark.parametrize("refusal", REFUSALS, ids=NAMES)
    def test_about_people_stops_no_form_replies_s6(
        self,
        refusal: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        zoho.script("GET", "/crm/v8/users", refusal | {"times": 9})

        page: Any = staff_client.get(address_of(rich))

        assert "Owner" not in page.context["form"].fields
        assert "cannot be chosen here: Owner, Agent." in page.content.decode()
        press(staff_client, address_of(rich), TYPED)
        assert Delivery.objects.get().state == "done"
        asked = [e for e in zoho.journal() if e["path"] == "/crm/v8/users"]
        # Zoho is left alone with it for a while.
        assert len(asked) <= 3

    @pytest.mark.parametrize("refusal", REFUSALS, ids=NAMES)
    def test_about_layouts_stops_no_form_replies_s6(
        self,
        refusal: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        zoho.script("GET", "/crm/v8/settings/layouts", refusal | {"times": 9})

        page: Any = staff_client.get(address_of(rich))

        form = page.context["form"]
        assert {"Region", "Meter_Reading", "Owner"} <= form.fields.keys()
        assert "How your layout orders the fields" in page.content.decode()
        press(staff_client, address_of(rich), TYPED)
        assert Delivery.objects.get().state == "done"

    def test_that_was_answered_before_serves_on(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        before = opening.plan_of(rich, "Contacts")
        assert before
        reading_ends(rich)
        zoho.script("GET", "/crm/v8/settings/layouts*", REFUSALS[0] | {"times": 9})
        zoho.script("GET", "/crm/v8/users", REFUSALS[3] | {"times": 9})

        after = opening.plan_of(rich, "Contacts")

        assert after == before

    def test_offers_the_permission_to_an_admin(
        self, zoho: SandboxZoho, rich: Connection, admin_client: Client
    ) -> None:
        zoho.script("GET", "/crm/v8/users", REFUSALS[3])

        said = admin_client.get(address_of(rich)).content.decode()

        assert "Add permission" in said


def reading_ends(rich: Connection) -> None:
    """Have everything that was read grow old."""
    rich.readings.update(fresh_until="2020-01-01T00:00:00Z")
