import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections import features
from connections.zoho.scopes import covers
from tests.connections.scopes import BROAD, OPERATIONS

WORDS = st.sampled_from(["modules", "settings", "contacts", "fields", "tickets"])
SCOPES = st.builds(
    lambda groups, operation: ".".join(["ZohoCRM", *groups, operation]),
    st.lists(WORDS, min_size=1, max_size=2),
    st.sampled_from(OPERATIONS),
)


class TestCovers:
    def test_everything_by_scopes_as_wide_as_zoho_has_them_replies_s4(self) -> None:
        known = {"crm", "desk"}
        keys = [each.key for each in features.every() if each.product in known]

        assert len(keys) >= 4
        assert features.lacking(keys, BROAD) == []

    @pytest.mark.parametrize(
        ("granted", "needed"),
        [
            ("ZohoCRM.modules.ALL", "ZohoCRM.modules.contacts.READ"),
            ("ZohoCRM.modules.READ", "ZohoCRM.modules.contacts.READ"),
            ("ZohoCRM.modules.contacts.ALL", "ZohoCRM.modules.contacts.CREATE"),
            ("ZohoCRM.settings.ALL", "ZohoCRM.settings.layouts.READ"),
            ("Desk.tickets.ALL", "Desk.tickets.CREATE"),
            ("Desk.contacts.WRITE", "Desk.contacts.CREATE"),
            ("Desk.contacts.WRITE", "Desk.contacts.UPDATE"),
            ("ZohoCampaigns.contact.CREATE-UPDATE", "ZohoCampaigns.contact.UPDATE"),
            ("ZohoBooks.fullaccess.all", "ZohoBooks.contacts.CREATE"),
            ("AaaServer.profile.READ", "aaaserver.profile.READ"),
            ("zohocrm.MODULES.all", "ZohoCRM.modules.ALL"),
        ],
    )
    def test_a_narrower_one_replies_s4(self, granted: str, needed: str) -> None:
        assert covers([granted], needed)

    def test_all_by_its_operations_together_replies_s4(self) -> None:
        split = [f"ZohoCRM.modules.{each}" for each in OPERATIONS[1:]]

        assert covers(split, "ZohoCRM.modules.ALL")
        assert not covers(split[1:], "ZohoCRM.modules.ALL")

    @pytest.mark.parametrize(
        ("granted", "needed"),
        [
            ("ZohoCRM.modules.contacts.ALL", "ZohoCRM.modules.leads.READ"),
            ("ZohoCRM.modules.contacts.ALL", "ZohoCRM.modules.ALL"),
            ("ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.contacts.CREATE"),
            ("ZohoCRM.modules.con.ALL", "ZohoCRM.modules.contacts.READ"),
            ("ZohoCRM.settings.ALL", "ZohoCRM.modules.contacts.READ"),
            ("Desk.contacts.WRITE", "Desk.contacts.READ"),
            ("Desk.contacts.WRITE", "Desk.contacts.DELETE"),
            ("ZohoBooks.fullaccess.all", "ZohoCRM.modules.READ"),
            ("ZohoCRM.ALL", "ZohoCRM.modules.READ"),
            ("ALL", "ZohoCRM.modules.READ"),
            ("", "ZohoCRM.modules.READ"),
        ],
    )
    def test_nothing_else(self, granted: str, needed: str) -> None:
        assert not covers([granted], needed)

    @given(st.lists(SCOPES, max_size=4), SCOPES)
    @settings(max_examples=200, deadline=None)
    def test_no_less_with_more_granted(self, granted: list[str], needed: str) -> None:
        assert covers([*granted, needed], needed)
        if covers(granted, needed):
            assert covers([*granted, "Desk.basic.READ"], needed)
