"""How Zoho Books is asked: JSON to parts of it, for one organisation, at a pace."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from books.zoho import codes
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Envelope, Pace
from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.shapes import Json

logger = logging.getLogger(__name__)

# 100 calls a minute for an organisation: at most 80 of them, and eight on top at once.
# https://www.zoho.com/books/api/v3/introduction/#api-call-limit
PACE = Pace("minute", 0.75, 8)

# https://www.zoho.com/books/api/v3/introduction/
BOOKS = Envelope(
    product="books",
    host="api",
    base="books/{version}",
    version="v3",
    refusal=partial(codes.refusal, codes.GENERAL),
    hides_refusal=codes.is_refusal,
    organisation_param="organization_id",
    # Which organisations there are is asked of none of them.
    unaddressed={"organizations"},
    pace=PACE,
)


@dataclass(frozen=True)
class Part:
    """One part of Books, whose codes mean the same in all of it."""

    envelope: Envelope

    def read(self, client: ZohoClient, path: str, **params: str) -> Json:
        """Ask for something.

        Raises:
            ZohoError: it could not be asked, refused, or said neither yes nor no.
        """
        ask = partial(client.call, self.envelope, "GET", path, params=params)
        return _sound(_told_apart(client, ask), UnexpectedReply)

    def write(
        self,
        client: ZohoClient,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Have something done; return what Books says of that.

        Raises:
            ZohoError: it could not be asked, refused, or said neither yes nor no.
        """
        send = partial(
            client.call,
            self.envelope,
            method,
            path,
            repeatable=repeatable,
            headers=headers,
        )
        return _sound(
            _told_apart(client, partial(_in_json, send, body)), OutcomeUnknown
        )


def _in_json(send: Callable[..., Json], body: Json | None) -> Json:
    """Send a body as JSON, or as older parts of Books take it if they say so."""
    try:
        return send(json=body)
    except UnexpectedReply as error:
        if body is None or error.code not in codes.NOT_READ:
            raise
        logger.warning("Books read no JSON (code %s): sent as JSONString", error.code)
    # https://www.zoho.com/books/api/v3/introduction/#organization-id
    return send(form={"JSONString": json.dumps(body, ensure_ascii=False)})


def _told_apart(client: ZohoClient, ask: Callable[[], Json]) -> Json:
    """Ask, and once more where a refusal may be about the token alone.

    Books says 57 of a dead token as of a missing right, and Zoho's accounts server
    knows the difference: asked who signed in, it has a dead token renewed.
    """
    try:
        return ask()
    except PermissionMissing as error:
        if error.code != codes.NOT_AUTHORISED:
            raise
    with suppress(PermissionMissing):
        client.profile()
    return ask()


def _sound(body: Json, otherwise: type[ZohoError]) -> Json:
    if codes.code_of(body) != codes.SUCCESS:
        raise otherwise("no_code")
    return body


def _part(name: str) -> Part:
    return Part(replace(BOOKS, refusal=partial(codes.refusal, name)))


CONTACTS = _part("contacts")
PERSONS = _part("contactpersons")
INVOICES = _part("invoices")
SETTINGS = _part("settings")
ORGANISATIONS = _part("organizations")


def one_of(body: Json, name: str) -> dict[str, Any]:
    """Return what an answer is about: Books gives it as an object, or a list of one."""
    found = body.get(name)
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) else {}
