"""What deliveries carry to Zoho CRM, one class for each kind."""

from enum import StrEnum
from typing import Any

from zohoportal.outbox.payloads import FilePayload, Payload

Values = dict[str, Any]

# What records' payloads said before the record that was shown had one of its own.
_FIRST = {"unchanged", "changes"}


class Kind(StrEnum):
    """The kinds of deliveries, as they are kept."""

    RECORD = "crm.record"
    INSERT = "crm.insert"
    CHANGE = "crm.change"
    DELETION = "crm.deletion"
    FILE = "crm.file"


class OfModule(Payload, frozen=True, kw_only=True):
    """About a record of a module, by Zoho's names of both."""

    module: str


class WithValues(OfModule, frozen=True, kw_only=True):
    """Writes values into a record.

    Attributes:
        name: what people know the record by.
        values: what is written, by Zoho's names of fields.
        files: those of the fields whose values are files.
        rows: those of the fields whose values are rows.
        known_by: what Zoho holds in the fields that it knows a record by.
        automation: whether Zoho's own rules run.
    """

    name: str = ""
    values: Values
    files: list[str] = []
    rows: list[str] = []
    known_by: Values = {}
    automation: bool = True

    @property
    def has_files(self) -> bool:
        return bool(self.files)


class RecordPayload(WithValues, frozen=True, kw_only=True):
    """A record that is made, unless Zoho has one with the value that decides.

    Attributes:
        singular: what people call one record of its module.
        name_field: the field that a record is known by.
        defaults: fields that nobody filled in, and that the layout demands.
        duplicate_field: decides whether Zoho has it already, which is updated then;
            empty for another one.
        free_field: decides the same, but who typed it may not change what is there.
        reference_field: takes the delivery's reference, where the module has room.
        was_looked_for: Zoho said before that there is none.
        layout: the id of the layout to be named; empty where there is one alone.
        clear: fields to be emptied, as versions before this one kept them.
    """

    singular: str = "Record"
    name_field: str = "Full_Name"
    defaults: list[str] = []
    duplicate_field: str = ""
    free_field: str = ""
    duplicate_label: str = "value"
    reference_field: str = ""
    was_looked_for: bool = False
    layout: str = ""
    clear: list[str] = []

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice is harmless: Zoho knows it again by a value.

        But not an upsert with files or rows: a repeat might add them once more.
        """
        is_known = self.values.get(self.duplicate_field)
        adds = self.files or self.rows
        return bool(self.reference_field or (is_known and not adds))

    @classmethod
    def upgraded(cls, version: int, values: dict[str, Any]) -> dict[str, Any]:
        """Leave out what the first ones did not send to a record that was there."""
        match values:
            case {"unchanged": list(unchanged), "values": dict(typed)} if not version:
                field = values.get("duplicate_field", "")
                rest = {name: values[name] for name in values.keys() - _FIRST}
                changed = {name: typed[name] for name in typed if name not in unchanged}
                return {"known_by": {field: None}, **rest, "values": changed}
        return values


class ChangePayload(WithValues, frozen=True, kw_only=True):
    """Changes of the record that was shown.

    Attributes:
        before: what these fields held then.
        as_of: when it had been changed last.
    """

    id: str
    before: Values
    as_of: str

    @classmethod
    def upgraded(cls, version: int, values: dict[str, Any]) -> dict[str, Any]:
        """The first ones named no values, only when the record was changed last."""
        return values if version else {"before": {}, **values}


class DeletionPayload(OfModule, frozen=True, kw_only=True):
    """The deletion of the record that was shown."""

    id: str
    name: str
    known_by: Values = {}


class RecordFilePayload(FilePayload, frozen=True, kw_only=True):
    """A file for a record of a module."""

    module: str
