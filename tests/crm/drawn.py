"""Values as organisations have them, and as people type them, drawn by chance.

What a record holds from former times need not be what its field takes today; what
somebody types here is sound, and new.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.zoho import SandboxZoho
from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.rich import MAPS
from zohoportal.sandbox.crm.settings.metadata import NONE, Field

Draw = Callable[[Random, Field], Any]
# What a browser sends for it, and what arrives at Zoho.
Typed = tuple[Any, Any]
# Line ends and spaces of all kinds, markup, letters from right to left, an emoji.
LETTERS = (
    "abcXYZ019 .,;:'\"<>&%\\/{}\r\n\t\x0b\u0085\u00a0\u200b\u2028"
    "äßİıé漢אب\u202e\U0001f600"
)
ADDRESSES = [
    "kim@example.com",
    " old@example.com ",
    "info@example.com; sales@example.com",
    "mailto:Kim <kim@example.com>",
    "see letter",
]
DAYS = ["2024-02-29", "1899-12-30", "0001-01-01", "9999-12-31", "2023-02-30", "soon"]
MOMENTS = [
    "2026-12-01T17:30:00+01:00",
    "2026-12-01T17:30:45+01:00",
    "2026-10-25T02:30:00+01:00",
    "2026-10-25T02:30:00+02:00",
    "2026-03-29T02:30:00+01:00",
    "1850-06-01T12:00:00+00:00",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59-12:00",
    "2026-12-01T17:30:45",
    "soon",
]
NUMBERS = [0, -0.0, 7, -3, 0.1, 10.005, 1.23456, -1.5, 1e22, 1e-7, 12345678901, "12.50"]
PARENTS = [("Region", "Country", MAPS["regions"]), ("Country", "City", MAPS["cities"])]
# What was taken out of the lists, and is in the records still.
RETIRED = {"Language": "French", "Interests": "Bath", "City": "Paris"}
# Their inputs have no way to say "empty".
NEVER_CLEARED = {"boolean", "ownerlookup", "userlookup"}


def words(chance: Random, _field: Field) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(1, 60)))


def _too_long(chance: Random, field: Field) -> str:
    letter = chance.choice("xyä")
    return letter * (field.length + chance.randint(1, 90))


def _of(values: list[Any]) -> Draw:
    return lambda chance, _field: chance.choice(values)


def _number(chance: Random, field: Field) -> float:
    return round(chance.uniform(-9_999, 9_999), chance.randint(0, 6))


def _whole(chance: Random, field: Field) -> str:
    return str(chance.randrange(10 ** chance.randint(1, 22)))


def _day(chance: Random, field: Field) -> str:
    return f"{chance.randint(1800, 2099)}-{chance.randint(1, 12):02}-28"


def _moment(chance: Random, field: Field) -> str:
    time = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
    zone = chance.choice(["+00:00", "-11:30", "+05:30", "+14:00"])
    return f"{_day(chance, field)}T{time}:{chance.randint(0, 59):02}{zone}"


def _value(chance: Random, field: Field) -> str:
    return chance.choice(field.values).actual


def _values(chance: Random, field: Field) -> list[str]:
    offered = [each.actual for each in field.values]
    return chance.sample([*offered, "Klingon", "A, b"], chance.randint(0, 3))


def _link(chance: Random, field: Field) -> dict[str, Any]:
    name = chance.choice(["Bakery", "A\nB  C: 1", None, words(chance, field)])
    return {"name": name, "id": str(chance.randint(1, 10**18))}


def _person(chance: Random, _field: Field) -> dict[str, str]:
    known = {"name": samples.USER["full_name"], "id": samples.USER_ID}
    gone = {"name": "Gone", "id": "1", "email": "gone@example.com"}
    return chance.choice([known, gone])


def _tags(chance: Random, field: Field) -> list[dict[str, Any]]:
    names = chance.sample(["vip", "VIP, gold", 'the "one"', "x" * 60, "web"], 2)
    more = chance.choice([{}, {"id": _whole(chance, field), "color_code": None}])
    return [{"name": name, **more} for name in names]


def _files(chance: Random, field: Field) -> list[dict[str, Any]]:
    name = chance.choice(["a.pdf", "Plan (2), new.png", words(chance, field)])
    about = {"id": _whole(chance, field), "File_Id__s": "f1", "File_Name__s": name}
    return [about | {"Size__s": chance.choice([0, 17, "20971520"])}]


def _links(chance: Random, field: Field) -> list[dict[str, Any]]:
    return [{"id": "1", field.api_name: _link(chance, field), "$has_more": False}]


_ODD_SHAPE = _of([[{"name": "vip"}], {"a": 1}, 12, True])
_ADDRESS = _of(ADDRESSES)
_NUMBER = _of(NUMBERS)
# What a field of a type may hold from former times.
HELD: dict[str, list[Draw]] = {
    "autonumber": [_of(["C-1"])],
    "bigint": [_whole, _of([12, -5])],
    "boolean": [_of([True, False])],
    "currency": [_number, _NUMBER],
    "date": [_day, _of(DAYS)],
    "datetime": [_moment, _of(MOMENTS)],
    "double": [_number, _NUMBER],
    "email": [_ADDRESS, words],
    "fileupload": [_files],
    "formula": [_number, words],
    "imageupload": [_files],
    "integer": [_number, _NUMBER],
    "lookup": [_link],
    "multiselectlookup": [_links],
    "multiselectpicklist": [_values],
    "ownerlookup": [_person],
    "percent": [_number, _NUMBER],
    "phone": [words, _of(["+44 20 7946 0123", " 1"]), _ODD_SHAPE],
    "picklist": [_value, _value, _of(["Klingon"]), words],
    "rollup_summary": [_number],
    "tag": [_tags],
    "text": [words, words, _too_long],
    "textarea": [words, words, _too_long],
    "userlookup": [_person],
    "website": [words, _ADDRESS, _ODD_SHAPE],
}


def held(chance: Random, fields: list[Field]) -> dict[str, Any]:
    """Return what a record of former times has in these fields; some stay empty."""
    found: dict[str, Any] = {"Last_Name": "Old"}
    for field in fields:
        if not field.is_read_only and chance.random() < 0.6:
            found[field.api_name] = chance.choice(HELD[field.data_type])(chance, field)
    return found


def _text_typed(chance: Random, _field: Field) -> Typed:
    typed = f"Typed {chance.randrange(10**9)}"
    return typed, typed


def _lines_typed(chance: Random, field: Field) -> Typed:
    typed = f"{_text_typed(chance, field)[0]}\r\nand more"
    return typed, typed


def _address_typed(chance: Random, _field: Field) -> Typed:
    typed = f"typed{chance.randrange(10**9)}@example.com"
    return typed, typed


def _phone_typed(chance: Random, _field: Field) -> Typed:
    typed = f"+44 20 {chance.randrange(10**8):08}"
    return typed, typed


def _site_typed(chance: Random, _field: Field) -> Typed:
    typed = f"https://example.com/{chance.randrange(10**9)}"
    return typed, typed


def _offered(field: Field) -> list[str]:
    retired = RETIRED.get(field.api_name)
    return [each.actual for each in field.values if each.actual != retired]


def _value_typed(chance: Random, field: Field) -> Typed:
    typed = chance.choice(_offered(field))
    return typed, typed


def _values_typed(chance: Random, field: Field) -> Typed:
    offered = _offered(field)
    typed = chance.sample(offered, chance.randint(1, len(offered)))
    return typed, typed


def _truth_typed(chance: Random, _field: Field) -> Typed:
    truth = chance.random() < 0.5
    return str(truth).lower(), truth


def _day_typed(chance: Random, field: Field) -> Typed:
    typed = f"{chance.randint(1950, 2050)}-{chance.randint(1, 12):02}-27"
    return typed, typed


def _moment_typed(chance: Random, _field: Field) -> Typed:
    # In winter, so that the zone of the person is known.
    day = f"{chance.randint(2020, 2030)}-12-{chance.randint(1, 28):02}"
    typed = f"{day}T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
    return typed, f"{typed}:00+01:00"


def _whole_typed(chance: Random, _field: Field) -> Typed:
    typed = chance.randint(1, 10**8)
    return str(typed), typed


def _big_typed(chance: Random, _field: Field) -> Typed:
    typed = str(chance.randint(1, 10**17))
    return typed, typed


def _number_typed(chance: Random, _field: Field) -> Typed:
    typed = f"{chance.randint(1, 98)}.{chance.choice(['25', '5', '75'])}"
    return typed, float(typed)


def _person_typed(_chance: Random, _field: Field) -> Typed:
    return samples.USER_ID, {"id": samples.USER_ID}


def _tags_typed(chance: Random, _field: Field) -> Typed:
    names = [f"tag {chance.randrange(10**6)}", "fair"]
    return ", ".join(names), [{"name": each} for each in names]


TYPED: dict[str, Callable[[Random, Field], Typed]] = {
    "bigint": _big_typed,
    "boolean": _truth_typed,
    "currency": _number_typed,
    "date": _day_typed,
    "datetime": _moment_typed,
    "double": _number_typed,
    "email": _address_typed,
    "integer": _whole_typed,
    "multiselectpicklist": _values_typed,
    "ownerlookup": _person_typed,
    "percent": _number_typed,
    "phone": _phone_typed,
    "picklist": _value_typed,
    "tag": _tags_typed,
    "text": _text_typed,
    "textarea": _lines_typed,
    "userlookup": _person_typed,
    "website": _site_typed,
}


class Lookups:
    """Records that lookups can be pointed to, one in each module."""

    def __init__(self, zoho: SandboxZoho) -> None:
        account = zoho.put_crm_record("Accounts", Account_Name="Typed bakery")
        project = zoho.put_crm_record("CustomModule1", Name="Typed roof")
        self._typed = {
            "Accounts": ("Typed bakery", {"id": account["id"]}),
            "CustomModule1": ("Typed roof", {"id": project["id"]}),
        }

    def typed(self, chance: Random, field: Field) -> Typed:
        """Return what somebody types into a field, of whatever type."""
        if field.data_type == "lookup":
            return self._typed[field.module]
        return TYPED[field.data_type](chance, field)


def cleared(field: Field) -> Typed:
    """Return what a browser sends for a field that somebody emptied."""
    return [] if field.data_type == "multiselectpicklist" else "", None


def can_be_typed(field: Field) -> bool:
    return not field.is_read_only and field.data_type in {*TYPED, "lookup"}


def can_be_cleared(field: Field) -> bool:
    return not field.is_mandatory and field.data_type not in NEVER_CLEARED


def goes_along(record: dict[str, Any], name: str, value: Any) -> bool:
    """Tell whether a value goes with those that it depends on, or depend on it."""
    now = record | {name: value}
    return all(
        not now.get(child)
        # What is retired goes with nothing any more.
        or (
            now[child] != RETIRED.get(child)
            and now[child] in choices.get(now.get(parent) or NONE, ())
        )
        for parent, child, choices in PARENTS
        if name in (parent, child)
    )
