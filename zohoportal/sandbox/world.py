"""Everything the sandbox knows: people, records, clients and tokens."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.books import plan as books_plan
from zohoportal.sandbox.campaigns import plan as campaigns_plan
from zohoportal.sandbox.campaigns.locks import Locks
from zohoportal.sandbox.clock import Clock
from zohoportal.sandbox.crm import changes as crm_changes
from zohoportal.sandbox.crm import organisations as crm_organisations
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.desk import people as desk_people
from zohoportal.sandbox.desk import plan as desk_plan
from zohoportal.sandbox.tables import Row, Table
from zohoportal.sandbox.traffic import Gauge, Meter

TABLES = (
    "desk_contacts",
    "tickets",
    "comments",
    "layouts",
    "attachments",
    "uploads",
    "mailing_lists",
    "subscribers",
    "do_not_mail",
    "books_organizations",
    "books_contacts",
    "books_persons",
    "books_invoices",
)
# The parts of the world that are kept as they are; tables are kept by their rows.
PARTS = (
    "settings",
    "clients",
    "codes",
    "access_tokens",
    "refresh_tokens",
    "organizations",
    "departments",
    "next_id",
)


class World:
    """The state behind every answer; hold the lock while reading or changing it."""

    settings: dict[str, Any]
    clients: dict[str, Row]
    codes: dict[str, Row]
    access_tokens: dict[str, Row]
    refresh_tokens: dict[str, Row]
    organizations: list[Row]
    departments: list[Row]
    crm: list[Organisation]
    tables: dict[str, Table]
    next_id: int
    # Every secret ever given out, with its kind: what a search for leaks looks for.
    issued: list[tuple[str, str]]

    def __init__(self, location: str, state_path: Path | None = None) -> None:
        self.location = location
        self.public_url = ""
        self.lock = RLock()
        self.clock = Clock()
        self.gauge = Gauge()
        self.meter = Meter(self.clock)
        self.minutes = Meter(self.clock, 60)
        self.locks = Locks(self.clock)
        self._state_path = state_path
        self.clients = {}
        self.issued = []
        self.reset({})
        if state_path and state_path.exists():
            self._load(json.loads(state_path.read_text("utf-8")))

    def reset(
        self,
        overrides: dict[str, Any],
        *,
        keep_clients: bool = False,
        keep_grants: bool = False,
    ) -> None:
        """Go back to the sample world, with some settings of the caller's.

        Grants are kept with their clients.
        """
        self.clock.ahead = self.clock.skew = 0
        self.gauge.start_anew()
        self.meter.start_anew()
        self.minutes.start_anew()
        self.locks.start_anew()
        self.settings = deepcopy(samples.SETTINGS) | overrides
        if not keep_grants:
            self.access_tokens = {}
            self.refresh_tokens = {}
            if not keep_clients:
                self.clients = {}
        self.codes = {}
        self.tables = {name: Table() for name in TABLES}
        self.next_id = samples.FIRST_FREE_ID
        self._build_crm()
        desk_plan.build(self)
        self._add_crm_samples()
        desk_people.add(self)
        campaigns_plan.build(self)
        books_plan.build(self)

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id)

    def save(self) -> None:
        """Write the state file, whole or not at all; nobody else may read it."""
        if self._state_path is None:
            return
        state = {part: getattr(self, part) for part in PARTS}
        state["tables"] = {name: table.rows for name, table in self.tables.items()}
        state["crm"] = [each.state() for each in self.crm]
        fresh = self._state_path.with_name(f"{self._state_path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, ensure_ascii=False), "utf-8")
        fresh.replace(self._state_path)

    def _load(self, state: dict[str, Any]) -> None:
        for part in PARTS:
            setattr(self, part, state[part])
        # What a state file of an older version does not have is as in a new world.
        self.settings = deepcopy(samples.SETTINGS) | self.settings
        self.tables = {name: Table(state["tables"].get(name)) for name in TABLES}
        desk_plan.add_missing_layouts(self)
        if "mailing_lists" not in state["tables"]:
            campaigns_plan.build(self)
        if "books_contacts" not in state["tables"]:
            books_plan.build(self)
        self._build_crm()
        old = {"records": _old_records(state), "attachments": {}, "changes": []}
        kept_crm = state.get("crm", [old])
        for organisation, kept in zip(self.crm, kept_crm, strict=True):
            for change in kept["changes"]:
                crm_changes.apply(organisation, change)
            organisation.load(kept)

    def crm_organisation(self, zgid: str | None) -> Organisation:
        """Return a CRM organisation, the first one when there is no such."""
        known = {each.zgid: each for each in self.crm}
        return known.get(zgid or "", self.crm[0])

    def _build_crm(self) -> None:
        self.crm = [
            crm_organisations.build(position, wish)
            for position, wish in enumerate(self.settings["crm_organizations"])
        ]

    def _add_crm_samples(self) -> None:
        for organisation in self.crm:
            for first, last, local_part, phone in samples.CRM_PEOPLE:
                self.add_crm_record(
                    organisation.modules["Contacts"],
                    {
                        "First_Name": first,
                        "Last_Name": last,
                        "Email": samples.email(local_part),
                        "Phone": phone,
                    },
                )

    def add_crm_record(self, module: Module, values: Row) -> Row:
        now = crm_now()
        times = {"Created_Time": now, "Modified_Time": now}
        record = {"id": self.new_id(), **times, **values}
        module.records.put(record)
        return record

    def add_desk_contact(
        self,
        org_id: str,
        first: str | None,
        last: str | None,
        email: str | None,
        phone: str | None,
    ) -> Row:
        contact = {
            "id": self.new_id(),
            "org_id": org_id,
            "firstName": first,
            "lastName": last,
            "email": email,
            "phone": phone,
            "createdTime": desk_now(self.clock),
        }
        self.tables["desk_contacts"].put(contact)
        return contact

    def add_ticket(self, contact: Row, values: Row) -> Row:
        number = samples.FIRST_TICKET_NUMBER + len(self.tables["tickets"].rows)
        ticket = {
            "id": self.new_id(),
            "org_id": contact["org_id"],
            "contactId": contact["id"],
            "ticketNumber": str(number),
            "createdTime": desk_now(self.clock),
            **values,
        }
        self.tables["tickets"].put(ticket)
        return ticket


def _old_records(state: Row) -> dict[str, dict[str, Row]]:
    """Return the CRM's records as older versions kept them."""
    tables: dict[str, dict[str, Row]] = state["tables"]
    return {name: rows for name, rows in tables.items() if name not in TABLES}


def crm_now() -> str:
    """Return the time as the CRM writes it: with an offset, without fractions."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def desk_now(clock: Clock) -> str:
    """Return the time as Desk writes it: milliseconds and a Z."""
    now = datetime.fromtimestamp(clock.now(), UTC).isoformat(timespec="milliseconds")
    return now.replace("+00:00", "Z")
