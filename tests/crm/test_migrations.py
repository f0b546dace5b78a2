"""Contacts that were submitted before are still there as records."""

from importlib import import_module

from crm.migrations import __name__ as migrations
from tests.crm.contacts import PAYLOAD

as_record = import_module(f"{migrations}.0002_contact_deliveries").as_record


class TestOldContacts:
    def test_become_records(self) -> None:
        old = {
            "email": "sample@example.com",
            "last_name": "Sample",
            "first_name": "",
            "phone": "",
            "mobile": "",
            "title": "",
            "description": "",
        }

        assert PAYLOAD.items() <= as_record(old).items()

    def test_whose_content_is_deleted_stay_empty(self) -> None:
        assert as_record({}) == {}
