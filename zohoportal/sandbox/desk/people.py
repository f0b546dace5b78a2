"""The people of a new Desk, and what they wrote."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk import rich
from zohoportal.sandbox.tables import Row

if TYPE_CHECKING:
    from zohoportal.sandbox.world import World


def add(world: "World") -> None:
    """Put the sample people into a world, with their tickets."""
    org_id = world.organizations[0]["id"]
    people = _people(world, org_id, samples.DESK_PEOPLE)
    own = _departments(world, org_id)
    for person, department, subject, status, priority in samples.TICKETS if own else []:
        world.add_ticket(
            people[person],
            {
                "departmentId": own[department % len(own)]["id"],
                "subject": subject,
                "status": status,
                "priority": priority,
            },
        )
    if world.settings["desk"] == "rich":
        _add_second(world, world.organizations[1]["id"])


def _add_second(world: "World", org_id: str) -> None:
    """Give the second organisation people and a ticket of its own."""
    people = _people(world, org_id, rich.PEOPLE)
    chosen = _departments(world, org_id)[0]
    world.add_ticket(people[0], {"departmentId": chosen["id"], **rich.TICKET})


def _people(world: "World", org_id: str, known: Sequence[Sequence[Any]]) -> list[Row]:
    return [
        world.add_desk_contact(org_id, first, last, samples.email(local_part), phone)
        for first, last, local_part, phone in known
    ]


def _departments(world: "World", org_id: str) -> list[Row]:
    return [each for each in world.departments if each["org_id"] == org_id]
