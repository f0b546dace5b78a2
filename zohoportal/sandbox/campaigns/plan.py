"""The lists and people of Campaigns as a new world has them."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from zohoportal.sandbox import samples
from zohoportal.sandbox.tables import Row

if TYPE_CHECKING:
    from zohoportal.sandbox.world import World

PLAN = tomllib.loads(Path(__file__).with_name("lists.toml").read_text("utf-8"))
STATES = ("active", "unsub", "bounce")
FIELDS: list[Row] = PLAN["fields"]
TOPICS: list[Row] = PLAN["topics"]


def build(world: "World") -> None:
    """Put the lists with their people into a world."""
    for planned in PLAN["lists"]:
        row = {name: planned[name] for name in planned if name not in STATES}
        world.tables["mailing_lists"].put({"id": row["listkey"], **row})
        for state in STATES:
            for local_part in planned[state]:
                put(world, row["listkey"], samples.email(local_part), state, {})


def put(
    world: "World",
    list_key: str,
    email: str,
    state: str,
    values: Row,
    mails: int = 0,
) -> Row:
    """Put a person into a list, or change the one who is there.

    `mails`: how many go out to ask for a confirmation; they are counted.
    """
    row_id = f"{list_key}:{email.casefold()}"
    known = world.tables["subscribers"].get(row_id) or {"values": {}, "mails": 0}
    row = {
        "id": row_id,
        "listkey": list_key,
        "email": email,
        "state": state,
        "values": {**known["values"], **values},
        "mails": known["mails"] + mails,
    }
    world.tables["subscribers"].put(row)
    return row


def find(world: "World", list_key: str, email: str) -> Row | None:
    return world.tables["subscribers"].get(f"{list_key}:{email.casefold()}")
