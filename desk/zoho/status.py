"""Giving a ticket another status, with what Desk asks for along with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from connections.models import Connection
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, Rejected
from desk.envelope import DESK
from desk.payloads import Kind, StatusPayload
from desk.zoho.answers import ANSWERS
from desk.zoho.fields import body
from desk.zoho.layouts import forget_layout, known_labels
from desk.zoho.texts import to_text
from desk.zoho.tickets import Ticket, about, named, read_row, safe_link, target_of
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.senders import (
    Outcome,
    Sender,
    Sending,
    always,
    form_at,
    only,
    returning,
)

MODIFIED = "modifiedTime"
CHANGED_MEANWHILE = "changed_meanwhile"


def change_status(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    ticket: Ticket,
    status: str,
    values: Mapping[str, str] | None = None,
    shown: Mapping[str, str] | None = None,
) -> outbox.Receipt:
    """Give a ticket another status.

    `values` are what Desk asks for with it, by Desk's names. `shown` is what the person
    saw of these fields and of `modifiedTime`: what somebody else changed since then is
    asked about. Without it the ticket is changed whatever it had.
    """
    return outbox.submit(
        kind=Kind.STATUS,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"Status “{status}” of {ticket.name}",
        payload=StatusPayload(
            ticket=ticket.id,
            number=ticket.number,
            url=ticket.url,
            department=ticket.department_id,
            status=status,
            values=dict(values or {}),
            shown=None if shown is None else dict(shown),
        ),
    )


def shown_by(row: Mapping[str, Any], names: Iterable[str] = ()) -> dict[str, str]:
    """Return what somebody sees of a ticket's status, its time and these fields.

    By Desk's names; custom fields are among them.
    """
    names = ["status", MODIFIED, *names]
    has = {**shapes.mapping(row.get("cf")), **row}
    return {name: shapes.word(has.get(name), shapes.LONGEST_TEXT) for name in names}


def _send(client: ZohoClient, payload: StatusPayload, sending: Sending) -> Outcome:
    wanted = _wanted(payload)
    with about(client, payload.ticket):
        if payload.shown is not None:
            _mind_others(client, payload, sending, payload.shown)
        # Desk knows no If-Unmodified-Since: what was read just before protects.
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Updateaticket
        reply = client.call(
            DESK,
            "PATCH",
            f"tickets/{payload.ticket}",
            json=body(wanted),
            repeatable=True,
        )
    name = named(payload.number)
    return Outcome(
        sentence=f"{name[:1].upper()}{name[1:]} is “{payload.status}” now.",
        external_id=payload.ticket,
        url=safe_link(client, payload.url),
        number=payload.number,
        stamp=shapes.text(reply.get(MODIFIED), shapes.LONGEST_NAME),
    )


def _wanted(payload: StatusPayload) -> dict[str, str]:
    return {"status": payload.status, **payload.values}


def _mind_others(
    client: ZohoClient,
    payload: StatusPayload,
    sending: Sending,
    shown: Mapping[str, str],
) -> None:
    """Ask the person if somebody else changed meanwhile what is to be changed.

    Our own writes that this one waited for, and other changes of the ticket, do not
    stop it.

    Raises:
        Rejected: somebody did.
        ZohoError: Desk could not be asked, or does not have the ticket.
    """
    row = read_row(client, payload.ticket)
    wanted, expected = _wanted(payload), dict(shown)
    for each in sending.earlier:
        if isinstance(each.payload, StatusPayload):
            expected |= _wanted(each.payload) | {MODIFIED: each.stamp}
    now = shown_by(row, wanted)
    if now[MODIFIED] and now[MODIFIED] == expected.get(MODIFIED):
        return
    theirs = [
        _changed(name, now[name], was_shown=name in expected)
        for name, value in wanted.items()
        if _plain(now[name]) not in {_plain(expected.get(name, "")), _plain(value)}
    ]
    if theirs:
        raise Rejected(CHANGED_MEANWHILE, fields=theirs)


def _plain(text: str) -> str:
    return " ".join(to_text(text).split())


def _changed(name: str, now: str, *, was_shown: bool) -> FieldProblem:
    if not was_shown:
        words = f"It is “{_plain(now)}” now, which this form did not show."
    elif name == "status":
        words = f"Somebody set it to “{now}” meanwhile."
    else:
        words = f"Somebody entered “{_plain(now)}” meanwhile."
    return FieldProblem(
        name, "changed", words=f"{words} Send what is right.", code=CHANGED_MEANWHILE
    )


STATUS = Sender(
    kind=Kind.STATUS,
    payload=StatusPayload,
    form_url=form_at("desk:status"),
    again="Show my tickets",
    open_label="Open in Zoho Desk",
    fields={},
    send=_send,
    is_repeatable=always,
    typed=only("ticket", "status", "values"),
    targets=lambda payload, _made: [target_of(payload.ticket)],
    feature=returning(ANSWERS.key),
    labels=lambda connection, payload: known_labels(connection, payload.department),
    doubt=lambda connection, payload: forget_layout(connection, payload.department),
    at_zoho=lambda client, payload: safe_link(client, payload.url),
    whose="Zoho Desk",
    is_form_fixed=True,
)
