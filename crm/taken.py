"""A value that Zoho allows once, and the record that has it already."""

from dataclasses import dataclass
from typing import Any

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import Rejected, ZohoError
from crm import stored, values
from crm.plans import Plan
from crm.searching import name_of
from crm.senders import link_to
from zohoportal.outbox.models import Delivery


@dataclass(frozen=True)
class Taken:
    """What is in the way of a save.

    Attributes:
        label, value: the field and what was typed into it; `field` is its name, empty
            where the form does not have it.
        record_id: the record that has the value, empty where Zoho did not say which,
            or it is not one that can be shown here.
        name: what people know it by; empty where Zoho could not be asked.
        url: its page at Zoho.
        reference: the delivery that keeps what was typed.
    """

    field: str
    label: str
    value: str
    record_id: str = ""
    name: str = ""
    url: str = ""
    reference: str = ""


def taken(
    connection: Connection, plan: Plan, form: Any, delivery: Delivery
) -> Taken | None:
    """Return what Zoho has already, if that is why it refused a delivery."""
    for problem in delivery.problem["fields"]:
        if problem["kind"] != "duplicate":
            continue
        name, known = problem["field"], plan.metadata.fields.get(problem["field"])
        typed = form.typed().get(name)
        return Taken(
            name if name in form.fields else "",
            known.label if known else name,
            values.shown(known, typed) if known else "",
            reference=delivery.reference,
            **_other(connection, plan, problem["record"]),
        )
    return None


def _other(connection: Connection, plan: Plan, record_id: str) -> dict[str, str]:
    if not (record_id.isascii() and record_id.isdecimal()):
        return {}
    client = client_for(connection)
    found = {
        "record_id": record_id,
        "url": link_to(client, plan.module.api_name, record_id),
    }
    try:
        record = stored.read_record(client, plan, int(record_id))
    except Rejected:
        record = None
    except ZohoError:
        return found
    # It may be one of another module, such as a lead for a contact.
    return found | {"name": name_of(plan.metadata, record)} if record else {}
