import pytest

from connections import features
from connections.features import PROFILE_SCOPE

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
]
BOTH = ["crm.contacts", "desk.tickets"]


class TestRegister:
    def test_refuses_the_same_key_twice(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            features.register(features.every()[0])

    def test_has_the_features_of_both_products(self) -> None:
        assert [feature.key for feature in features.every()] == [
            "crm.contacts",
            "crm.records",
            "desk.tickets",
            "desk.answers",
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
        assert features.scopes(["books.invoices"]) == [PROFILE_SCOPE]


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
