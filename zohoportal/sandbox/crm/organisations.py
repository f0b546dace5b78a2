"""CRM organisations: each has modules, records and attachments of its own."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm import grown, rich
from zohoportal.sandbox.crm import samples as crm_samples
from zohoportal.sandbox.crm.records.former import Records
from zohoportal.sandbox.crm.settings.metadata import Module, numbered
from zohoportal.sandbox.tables import Row, Table

MODULES = {
    "grown": grown.MODULES,
    "ordinary": crm_samples.MODULES,
    "rich": rich.MODULES,
}
# Where nobody knows for sure how Zoho does it, a test says which way.
WAYS = ("demands_always", "rows_replace")
# Below the ids of people and records; far apart for every organisation.
FIRST_ID = 4150868000000002001
APART = 10_000_000_000

# What an organisation keeps beside its records.
TABLES = ("attachments", "deleted", "files", "jobs", "notes", "tags", "uploads")


@dataclass
class Organisation:
    zgid: str
    row: Row
    modules: dict[str, Module]
    ids: "count[int]"
    attachments: Table = field(default_factory=Table)
    # What was uploaded for fields of records.
    files: Table = field(default_factory=Table)
    deleted: Table = field(default_factory=Table)
    notes: Table = field(default_factory=Table)
    tags: Table = field(default_factory=Table)
    # Of bulk write.
    uploads: Table = field(default_factory=Table)
    jobs: Table = field(default_factory=Table)
    # What was changed in the metadata, to be done again after a restart.
    changes: list[Row] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    # Whether what a layout demands counts where a record does not name the layout.
    demands_always: bool = False
    # Whether files of a field, or rows, that a change does not name are taken away.
    rows_replace: bool = False

    @property
    def name(self) -> str:
        name: str = self.row["company_name"]
        return name

    def new_id(self) -> str:
        return str(next(self.ids))

    def state(self) -> Row:
        """Return what the state file keeps."""
        records = {name: each.records.rows for name, each in self.modules.items()}
        return {
            "records": records,
            "changes": self.changes,
            **{name: getattr(self, name).rows for name in TABLES},
        }

    def load(self, state: Row) -> None:
        """Take over what the state file kept."""
        for name, rows in state["records"].items():
            self.modules[name].records = Records(rows)
        for name in TABLES:
            # A state file of an older version does not have all of them.
            setattr(self, name, Table(state.get(name)))


def is_sound(wish: Any) -> bool:
    """Tell whether a test describes an organisation we can build."""
    return (
        isinstance(wish, dict)
        and not wish.keys() - {"name", "sample", *WAYS}
        and all(isinstance(wish.get(way, False), bool) for way in WAYS)
        and isinstance(wish.get("name"), str)
        and wish.get("sample", "ordinary") in MODULES
    )


def build(position: int, wish: Row) -> Organisation:
    """Return the organisation a setting describes, without records."""
    ids = count(FIRST_ID + position * APART)
    zgid = str(int(samples.ZGID) + position)
    row = samples.CRM_ORGANISATION | {
        "id": str(int(samples.CRM_ORGANISATION_ID) + position * APART),
        "zgid": zgid,
        "company_name": wish["name"],
    }
    organisation = Organisation(zgid, row, {}, ids)
    for way in WAYS:
        setattr(organisation, way, wish.get(way, False))
    for module in MODULES[wish.get("sample", "ordinary")]:
        own = numbered(module, organisation.new_id)
        # Dependencies speak of layouts by their ids.
        layouts = {each.name: each.id for each in own.layouts}
        own.dependencies = [
            replace(each, layout=layouts[each.layout]) for each in own.dependencies
        ]
        organisation.modules[own.api_name] = own
    return organisation
