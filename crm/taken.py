"""A value that Zoho allows once, and the record that has it already."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from connections.models import Connection
from connections.services import client_for
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, ZohoError
from crm import services
from crm.access import CHANGE, may
from crm.schema import store
from crm.schema.metadata import Metadata
from crm.schema.plans import Plan
from crm.zoho import records, values
from crm.zoho.search import Record, name_of
from crm.zoho.writes import link_to
from zohoportal.accounts.access import someone_to_ask
from zohoportal.outbox.delivering.problems import problems_of
from zohoportal.outbox.models import Delivery


@dataclass(frozen=True)
class Other:
    """The record that is in the way.

    Attributes:
        what: what one of its module is called, such as "A lead".
        name: what people know it by; empty where Zoho could not be asked.
        at_zoho: its page there.
        page: its page here, if its module is used here.
        update: the form that takes what was typed along, if it is of the same module.
    """

    what: str
    name: str = ""
    at_zoho: str = ""
    page: str = ""
    update: str = ""


@dataclass(frozen=True)
class Taken:
    """What is in the way of a save.

    Attributes:
        label, value: the field, for the inside of a sentence, and what was typed into
            it; `field` is its name, empty where the form does not have it.
        other: the record that has the value already.
        ask: whom to ask for the right to change it; empty for who has it.
    """

    field: str
    label: str
    value: str
    other: Other
    ask: str = ""


def taken(
    connection: Connection, plan: Plan, form: Any, delivery: Delivery
) -> Taken | None:
    """Return what Zoho has already, if that is why it refused a delivery."""
    for problem in problems_of(delivery):
        if problem.kind != "duplicate":
            continue
        name, known = problem.field, plan.metadata.fields.get(problem.field)
        typed = form.typed().get(name)
        label = known.label if known else "value"
        other = _other(connection, plan, problem, delivery)
        may_change = may(delivery.person, connection, CHANGE, plan.module.api_name)
        return Taken(
            name if name in form.fields else "",
            "address" if known and known.data_type == "email" else label,
            values.shown(known, typed) if known else "",
            other if may_change else replace(other, update=""),
            "" if may_change else someone_to_ask(),
        )
    return None


def _other(
    connection: Connection, plan: Plan, problem: FieldProblem, delivery: Delivery
) -> Other:
    own = plan.module
    if not problem.record:
        return Other(own.with_article)
    if problem.module and problem.module != own.api_name:
        return _of_another_module(connection, problem)
    client = client_for(connection)
    record: Record | None
    try:
        record = records.read_record(client, own.api_name, problem.record)
    except ZohoError:
        # It is there, Zoho says; who it is cannot be told now.
        record = {}
    if record is None:
        # Of another module, such as a lead for a contact: Zoho does not say which.
        return Other("Another record")
    place = [connection.slug, own.api_name, problem.record]
    return Other(
        own.with_article,
        name_of(plan.metadata, record) if record else "",
        at_zoho=link_to(client, own.api_name, problem.record),
        page=reverse("crm:record", args=place),
        update=f"{reverse('crm:change', args=place)}?from={delivery.reference}",
    )


def _of_another_module(connection: Connection, problem: FieldProblem) -> Other:
    """Return a lead that is in the way of a contact, say; it can only be opened."""
    module, record_id = problem.module, problem.record
    client = client_for(connection)
    try:
        found = store.metadata_of(connection, module)
    except ZohoError:
        found = None
    if found is None:
        return Other("Another record", at_zoho=link_to(client, module, record_id))
    return Other(
        found.module.with_article,
        _name(client, found, record_id),
        at_zoho=link_to(client, module, record_id),
        page=reverse("crm:record", args=[connection.slug, module, record_id])
        if services.is_open(connection, module)
        else "",
    )


def _name(client: ZohoClient, metadata: Metadata, record_id: str) -> str:
    try:
        record = records.read_record(client, metadata.module.api_name, record_id)
    except ZohoError:
        return ""
    # A lead that was converted is there, and not to be read.
    return name_of(metadata, record) if record else ""
