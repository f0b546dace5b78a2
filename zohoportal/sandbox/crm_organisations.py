"""CRM organisations: each has modules, records and attachments of its own."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from zohoportal.sandbox import crm_rich, crm_samples, samples
from zohoportal.sandbox.crm_metadata import Module, numbered
from zohoportal.sandbox.tables import Row, Table

MODULES = {"ordinary": crm_samples.MODULES, "rich": crm_rich.MODULES}
# Below the ids of people and records; far apart for every organisation.
FIRST_ID = 4150868000000002001
APART = 10_000_000_000


@dataclass
class Organisation:
    zgid: str
    row: Row
    modules: dict[str, Module]
    ids: "count[int]"
    attachments: Table = field(default_factory=Table)
    # What was changed in the metadata, to be done again after a restart.
    changes: list[Row] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)

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
            "attachments": self.attachments.rows,
            "changes": self.changes,
        }

    def load(self, state: Row) -> None:
        """Take over records and attachments from the state file."""
        for name, rows in state["records"].items():
            self.modules[name].records = Table(rows)
        self.attachments = Table(state["attachments"])


def is_sound(wish: Any) -> bool:
    """Tell whether a test describes an organisation we can build."""
    return (
        isinstance(wish, dict)
        and not wish.keys() - {"name", "sample"}
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
    for module in MODULES[wish.get("sample", "ordinary")]:
        own = numbered(module, organisation.new_id)
        # Dependencies speak of layouts by their ids.
        layouts = {each.name: each.id for each in own.layouts}
        own.dependencies = [
            replace(each, layout=layouts[each.layout]) for each in own.dependencies
        ]
        organisation.modules[own.api_name] = own
    return organisation
