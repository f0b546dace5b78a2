import pytest
from django.test import Client
from django.urls import reverse

from connections import features
from connections.features import PROFILE_SCOPE
from connections.models import OAuthClient
from connections.setup import flow
from tests.connections import journey
from tests.connections.scopes import BROAD, OPERATIONS
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

CRM = [
    "ZohoCRM.modules.contacts.READ",
    "ZohoCRM.modules.contacts.CREATE",
    "ZohoCRM.modules.contacts.UPDATE",
    "ZohoCRM.org.READ",
]
# Asked for along with them; without them contacts have the usual fields, and no files.
WISHES = [
    "ZohoCRM.settings.modules.READ",
    "ZohoCRM.settings.fields.READ",
    "ZohoCRM.settings.layouts.READ",
    "ZohoCRM.settings.map_dependency.READ",
    "ZohoCRM.users.READ",
    "ZohoSearch.securesearch.READ",
    "ZohoCRM.modules.accounts.READ",
    "ZohoCRM.modules.attachments.READ",
    "ZohoCRM.modules.attachments.CREATE",
    "ZohoCRM.files.CREATE",
]
BOTH = ["crm.contacts", "desk.tickets"]


class TestEvery:
    def test_has_the_features_of_all_products(self) -> None:
        assert [feature.key for feature in features.every()] == [
            "crm.contacts",
            "crm.records",
            "desk.tickets",
            "desk.answers",
            "campaigns.subscribe",
            "campaigns.unsubscribe",
            "books.contacts",
            "books.invoices",
            "books.deletions",
        ]

    def test_presets_the_least(self) -> None:
        preset = [feature.key for feature in features.every() if feature.preset]

        assert preset == ["crm.contacts"]


class TestScopes:
    def test_are_just_those_of_the_chosen_features_r40(self) -> None:
        assert features.scopes(["crm.contacts"]) == [*CRM, *WISHES, PROFILE_SCOPE]

    def test_are_named_once_each(self) -> None:
        found = features.scopes([*BOTH, *BOTH])

        assert len(found) == len(set(found))

    def test_leave_removed_products_out(self) -> None:
        assert features.scopes(["parcels.parcels"]) == [PROFILE_SCOPE]


class TestLacking:
    @pytest.mark.parametrize(
        ("granted", "lacking"),
        [
            ([], BOTH),
            (CRM, ["desk.tickets"]),
            (CRM[1:], BOTH),
            ([scope.upper() for scope in CRM], ["desk.tickets"]),
            (features.scopes(BOTH), []),
        ],
    )
    def test_names_what_the_grant_does_not_cover(
        self, granted: list[str], lacking: list[str]
    ) -> None:
        found = features.lacking(BOTH, granted)

        assert [feature.key for feature in found] == lacking


class TestBroadCode:
    @pytest.mark.parametrize(
        "granted",
        [
            BROAD,
            [*BROAD[1:], *(f"ZohoCRM.modules.{each}" for each in OPERATIONS[1:])],
            [scope.upper() for scope in BROAD],
        ],
        ids=["as it came", "modules one by one", "capitals"],
    )
    def test_of_a_self_client_opens_every_form_replies_s4(
        self,
        zoho: SandboxZoho,
        admin: User,
        admin_client: Client,
        granted: list[str],
    ) -> None:
        known = {"crm", "desk"}
        keys = [each.key for each in features.every() if each.product in known]
        draft = journey.begin(admin, OAuthClient.Kind.SELF, *keys)
        journey.give_client(zoho, draft)
        code = zoho.new_code(draft.client.client_id, ",".join(granted))

        flow.connect_with_code(draft, code)

        made = journey.stored(draft)
        assert made.lacking == []
        assert all(check["ok"] for check in made.checks)
        for feature in made.chosen_features:
            page = admin_client.get(reverse(feature.page, args=[made.slug]))
            assert page.status_code == 200
