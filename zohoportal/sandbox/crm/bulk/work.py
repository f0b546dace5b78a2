"""What bulk write does with each row."""

from dataclasses import dataclass, field
from typing import Any

from zohoportal.sandbox.crm import changes
from zohoportal.sandbox.crm.bulk.tables import SHOWN, mappings_of, values_of
from zohoportal.sandbox.crm.records.values import id_of
from zohoportal.sandbox.crm.records.writes import Writer
from zohoportal.sandbox.tables import Row

Counts = dict[str, int]
STATUSES = ("added", "updated", "skipped")


@dataclass
class Work:
    """A job on its way through a table."""

    writer: Writer
    operation: str
    resource: Row
    counts: Counts = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    effects: list[str] = field(default_factory=list)

    def done(self, lines: list[list[str]]) -> list[list[str]]:
        """Return the lines of the result."""
        header, *rows = lines
        mappings = mappings_of(self.resource, header)
        ignores_empty = bool(self.resource.get("ignore_empty"))
        found = []
        for line in rows:
            values = values_of(
                line, mappings, self.writer.module, ignores_empty=ignores_empty
            )
            status, record_id, errors = self._outcome(values)
            self.counts[status] += 1
            shown = [_cell(line, each) for each in mappings[:SHOWN]]
            found.append([*shown, status, record_id, errors])
        return found

    def _outcome(self, values: Row) -> tuple[str, str, str]:
        """Return what became of a row: its status, its record, its errors."""
        self._learn_values(values)
        old = self._match(values)
        if old and self.operation == "insert":
            # Named with an insert, the field says which rows are there already.
            return "skipped", old["id"], ""
        if old is None and self.operation == "update":
            return "skipped", "", f"RESOURCE_NOT_FOUND-{self.resource['find_by']}"
        draft = self.writer.draft(values, 0, old)
        problems = draft.problems(is_whole=old is None)
        if problems:
            return "skipped", "", ":".join(_told(each) for each in problems)
        record, effect = self.writer.stored(draft)
        self.effects.append(effect)
        return ("updated" if old else "added"), record["id"], ""

    def _match(self, values: Row) -> Row | None:
        name = self.resource.get("find_by")
        value: Any = values.get(name) if name else None
        if value in (None, ""):
            return None
        table = self.writer.module.records
        if name == "id":
            return table.get(str(value))
        found = table.having(str(name), id_of(value) or str(value))
        return found[0] if found else None

    def _learn_values(self, values: Row) -> None:
        """Add values that a picklist does not have to it, as Zoho does."""
        module = self.writer.module
        for name, value in values.items():
            known = module.fields.get(name)
            if known is None or not known.values or value is None:
                continue
            for each in value if isinstance(value, list) else [value]:
                if each not in known.actual_values:
                    added = {"field": name, "value": each}
                    wish = {"module": module.api_name, "add_value": added}
                    changes.apply(self.writer.organisation, wish)
                    self.writer.organisation.changes.append(wish)


def _cell(line: list[str], mapping: Row) -> str:
    index = mapping.get("index")
    return line[index] if index is not None and index < len(line) else ""


def _told(problem: Row) -> str:
    return f"{problem['code']}-{problem['details'].get('api_name', '')}"
