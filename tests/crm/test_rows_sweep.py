"""One cell of a row is touched: Zoho gets that one, and every row by its id alone.

Rows hold what organisations have from former times: retired values, days before all
others, too many decimals, columns that no metadata tells of. SWEEP_SEED repeats a run.
"""

import json
import os
import time
from random import Random
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.drawn import (
    HELD,
    TYPED,
    Typed,
    can_be_cleared,
    cleared,
)
from tests.support.deals import Deal, puts
from tests.zoho import SandboxZoho
from zohoportal.sandbox.crm.grown import LANGUAGES
from zohoportal.sandbox.crm.settings import metadata
from zohoportal.sandbox.crm.settings.metadata import Field

# Columns of types that the sample's rows lack.
MORE: list[dict[str, Any]] = [
    {"api_name": "Hours", "data_type": "double", "length": 9, "decimals": 2},
    {"api_name": "Fee", "data_type": "currency", "length": 9, "decimals": 2},
    {"api_name": "Exams", "data_type": "integer", "length": 9},
    {"api_name": "Teacher", "data_type": "email", "length": 100},
    {"api_name": "Notes", "data_type": "textarea", "length": 2_000},
    {"api_name": "Next_Lesson", "data_type": "datetime"},
    {"api_name": "Site", "data_type": "website"},
    {"api_name": "Skills", "data_type": "multiselectpicklist", "values": ["A", "B"]},
]


class School:
    """Deals with rows of former times, of which one cell is changed each time."""

    def __init__(self, zoho: SandboxZoho, grown: Connection, client: Client) -> None:
        self._zoho, self._grown, self._client = zoho, grown, client
        self._account = zoho.put_crm_record("Accounts", Account_Name="Typed school")
        for wish in MORE:
            zoho.change_crm_metadata("Languages_Known", add_field=wish)
        added = [_field(**wish) for wish in MORE]
        self._fields = [*LANGUAGES.fields.values(), *added]

    def go(self, chance: Random) -> str:
        """Touch one cell of a deal; return what was wrong about that."""
        self._zoho.clear_journal()
        rows = [self._row(chance, number) for number in range(chance.randint(1, 4))]
        held = {"Languages_Known": rows}
        deal = Deal(self._zoho, self._client, self._grown, **held)
        row = chance.choice(rows)
        field, typed, arrives = self._touch(chance, row, deal)

        answer = deal.save(**{f"Languages_Known-{row['id']}-{field.api_name}": typed})

        about = f"{field.api_name} {row.get(field.api_name)!r} -> {typed!r}: "
        if answer.status_code != 302:
            return f"{about}not saved: {dict(answer.context['form'].errors)}"
        sent = [
            {"id": each["id"]} | ({field.api_name: arrives} if each is row else {})
            for each in rows
        ]
        if puts(self._zoho) != [[{"Languages_Known": sent}]]:
            return f"{about}sent {puts(self._zoho)}"
        after = deal.now["Languages_Known"]
        is_as_it_was = _rest(after, row, field) == _rest(rows, row, field)
        return "" if is_as_it_was else f"{about}was {rows}, is {after}"

    def _row(self, chance: Random, number: int) -> dict[str, Any]:
        row = {"id": f"55500{number}", "Language": f"Old {number}", "Secret": [1, "x"]}
        for field in self._fields:
            if field.api_name != "Language" and chance.random() < 0.6:
                drawn = chance.choice(HELD[field.data_type])
                row[field.api_name] = drawn(chance, field)
        return row

    def _typed(self, chance: Random, field: Field) -> Typed:
        if field.data_type == "lookup":
            return "Typed school", {"id": self._account["id"]}
        return TYPED[field.data_type](chance, field)

    def _touch(
        self, chance: Random, row: dict[str, Any], deal: Deal
    ) -> tuple[Field, Any, Any]:
        """Return a column, and something else than its cell shows."""
        while True:
            field = chance.choice(self._fields)
            if field.data_type not in {*TYPED, "lookup"}:
                continue
            shown = deal.form.get(f"Languages_Known-{row['id']}-{field.api_name}", [])
            typed, arrives = self._typed(chance, field)
            if any(shown) and can_be_cleared(field) and chance.random() < 0.3:
                typed, arrives = cleared(field)
            if sorted(typed if isinstance(typed, list) else [typed]) != sorted(shown):
                return field, typed, arrives


def _field(*, values: Any = (), **wish: Any) -> Field:
    return Field(**wish, values=metadata.values(*values))


def _rest(rows: list[Any], changed: dict[str, Any], field: Field) -> list[str]:
    """Return all that is not to be touched, as text: 0, -0.0 and "no" are equal."""
    return [
        json.dumps(
            {
                name: value
                for name, value in row.items()
                if row["id"] != changed["id"] or name != field.api_name
            },
            sort_keys=True,
        )
        for row in rows
    ]


def sweep(school: School, count: int, seed: str) -> None:
    print(f"SWEEP_SEED={seed}")
    found = {
        f"{seed}-{number}": problem
        for number in range(count)
        if (problem := school.go(Random(f"{seed}-{number}")))
    }
    assert not found, f"{len(found)} of {count}:\n{found}"


@pytest.fixture
def school(zoho: SandboxZoho, grown: Connection, staff_client: Client) -> School:
    return School(zoho, grown, staff_client)


class TestOneCellTouched:
    def test_is_all_that_is_sent_forms_02_forms_03(self, school: School) -> None:
        sweep(school, 30, os.environ.get("SWEEP_SEED", "11"))

    @pytest.mark.long
    def test_is_all_that_is_sent_of_thousands(self, school: School) -> None:
        sweep(school, 1_000, os.environ.get("SWEEP_SEED") or str(time.time_ns()))
