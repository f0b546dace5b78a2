"""One field is touched in the change form: Zoho gets that one, the rest stays as it is.

Records of every type of field, with what organisations have from former times: retired
values, tags with commas, line ends of all kinds, addresses that are none, too many
decimals, days before all others. SWEEP_SEED repeats a run.
"""

import json
import os
import time
from random import Random
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import ModuleSettings
from tests.crm.change_form import Page, keep, now, puts, retire
from tests.crm.drawn import (
    RETIRED,
    Lookups,
    Typed,
    can_be_cleared,
    can_be_typed,
    cleared,
    goes_along,
    held,
)
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery
from zohoportal.sandbox.crm import rich
from zohoportal.sandbox.crm.samples import CONTACTS
from zohoportal.sandbox.crm.settings.metadata import Field

# One or more of every type; more of the same would only be slower.
FIELDS = [*CONTACTS.fields.values(), *rich.FIELDS["special"]]
TYPEABLE = [each for each in FIELDS if can_be_typed(each)]
STAMPS = {"Modified_Time", "Modified_By"}
Record = dict[str, Any]


class Office:
    """An organisation with records of former times, changed in one field each."""

    def __init__(self, zoho: SandboxZoho, rich: Connection, client: Client) -> None:
        self._zoho = zoho
        self._rich = rich
        self._client = client
        self._lookups = Lookups(zoho)
        retire(zoho, **RETIRED)
        self.touched: set[str] = set()

    def go(self, chance: Random) -> str:
        """Touch one field of a record; return what was wrong about that."""
        self._zoho.clear_journal()
        record = keep(self._zoho, **held(chance, FIELDS))
        page = Page(self._client, self._rich, record)
        field, (typed, arrives) = self._touch(chance, record, page)

        answer = page.save(**{field.api_name: typed})

        after = now(self._zoho, record)
        self._zoho.remove_crm_record("Contacts", record["id"])
        self.touched.add(field.data_type)
        found = self._found(answer, {field.api_name: arrives}, record, after)
        about = f"{field.api_name}: {record.get(field.api_name)!r} -> {typed!r}: "
        return found and about + found

    def _touch(self, chance: Random, record: Record, page: Page) -> tuple[Field, Typed]:
        """Return a field, and something else than it shows."""
        while True:
            field = chance.choice(TYPEABLE)
            shown = page.form.get(field.api_name, [])
            typed = self._lookups.typed(chance, field)
            if any(shown) and can_be_cleared(field) and chance.random() < 0.3:
                typed = cleared(field)
            is_other = not _is_shown(typed[0], shown)
            if is_other and goes_along(record, field.api_name, typed[1]):
                return field, typed

    def _found(
        self, answer: Any, expected: Record, record: Record, after: Record
    ) -> str:
        """Return what is not as it should be."""
        if answer.status_code != 302:
            return f"not saved: {dict(answer.context['form'].errors)}"
        if puts(self._zoho) != [[expected]]:
            return f"sent {puts(self._zoho)}"
        if Delivery.objects.latest("created_at").state != "done":
            return "not done"
        apart = {*expected, *STAMPS}
        is_as_it_was = _text_of(after, apart) == _text_of(record, apart)
        return "" if is_as_it_was else f"was {record}, is {after}"


def _is_shown(typed: Any, shown: list[str]) -> bool:
    chosen = typed if isinstance(typed, list) else [typed]
    return sorted(chosen) == sorted(shown)


def _text_of(record: Record, apart: set[str]) -> str:
    rest = {name: value for name, value in record.items() if name not in apart}
    # As text: 0, -0.0 and "no" are equal otherwise.
    return json.dumps(rest, sort_keys=True)


def sweep(office: Office, count: int, seed: str) -> None:
    print(f"SWEEP_SEED={seed}")
    found = {
        f"{seed}-{number}": problem
        for number in range(count)
        if (problem := office.go(Random(f"{seed}-{number}")))
    }
    assert not found, f"{len(found)} of {count}:\n{found}"


@pytest.fixture
def office(zoho: SandboxZoho, rich: Connection, staff_client: Client) -> Office:
    names = [each.api_name for each in FIELDS]
    ModuleSettings.objects.create(
        connection=rich, module="Contacts", fields=names, shows_others=False
    )
    return Office(zoho, rich, staff_client)


class TestOneFieldTouched:
    def test_is_all_that_is_sent_forms_02_forms_03(self, office: Office) -> None:
        sweep(office, 60, os.environ.get("SWEEP_SEED", "11"))

    @pytest.mark.long
    def test_is_all_that_is_sent_of_thousands(self, office: Office) -> None:
        sweep(office, 2_000, os.environ.get("SWEEP_SEED") or str(time.time_ns()))

        assert office.touched == {each.data_type for each in TYPEABLE}
