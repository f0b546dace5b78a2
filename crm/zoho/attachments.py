"""Files of CRM records: which there are, and each new one goes to Zoho on its own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown, Rejected
from crm.envelope import CRM
from crm.payloads import Kind, RecordFilePayload
from crm.zoho import records
from crm.zoho.senders import module_label
from crm.zoho.writes import link_to
from zohoportal.outbox.delivering.reconciling import Hanging, file_sent
from zohoportal.outbox.models import Upload
from zohoportal.outbox.senders import (
    Outcome,
    Sender,
    Sending,
    never,
    only,
    page_of,
    returning,
)
from zohoportal.outbox.uploads import store
from zohoportal.outbox.uploads.attachments import Attachment, Page, attached
from zohoportal.outbox.uploads.names import clean_name

PER_PAGE = 20
MOST_PER_PAGE = 200
LONGEST_LINK = 3_000
# Nobody has more files at one record.
MOST_PAGES = 50
# What the list does not name it leaves out: $type says whether there is a file at all.
FIELDS = "id,File_Name,Size,Created_Time,Created_By,$type,$link_url"
# https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html
LINK = "Link URL"


def list_attachments(
    client: ZohoClient, number: int = 1, *, module: str, record_id: str
) -> Page:
    """Return a page of a record's files.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    reply = _listed(client, _path(module, record_id), number, PER_PAGE)
    found = [_attachment(row) for row in _rows(reply)]
    return Page(found, number, has_more=_has_more(reply))


def _path(module: str, record_id: str) -> str:
    return f"{module}/{record_id}/Attachments"


def _listed(
    client: ZohoClient, path: str, number: int, per_page: int
) -> dict[str, Any]:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html
    params = {"fields": FIELDS, "page": str(number), "per_page": str(per_page)}
    return client.call(CRM, "GET", path, params=params)


def _rows(reply: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        row | {"id": row_id}
        for row in shapes.rows(reply.get("data"), MOST_PER_PAGE)
        if (row_id := shapes.identifier(row.get("id")))
    ]


def _attachment(row: dict[str, Any]) -> Attachment:
    link = shapes.text(row.get("$link_url"), LONGEST_LINK)
    return Attachment(
        id=row["id"],
        name=clean_name(shapes.text(row.get("File_Name"))),
        size=shapes.size(row.get("Size")),
        at=shapes.moment(row.get("Created_Time")),
        by=shapes.text(shapes.mapping(row.get("Created_By")).get("name")),
        # Zoho has several words for a file, and one for a link.
        is_file=not link and row.get("$type") != LINK,
        url=safe_url(link),
    )


def safe_url(url: str) -> str:
    """Return an address out there that people may be led to; else an empty string.

    One that could show another host than the one it leads to is not safe.
    """
    if not (url.isascii() and url.isprintable()) or {" ", "\\"} & set(url):
        return ""
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return url if is_plain and is_web and "@" not in parts.netloc else ""


def path_of(module: str, record_id: str, attachment_id: str) -> str:
    """Return where Zoho has the content of a file."""
    # https://www.zoho.com/crm/developer/docs/api/v8/download-attachments.html
    return f"{_path(module, record_id)}/{attachment_id}"


def _send(client: ZohoClient, payload: RecordFilePayload, sending: Sending) -> Outcome:
    path = _path(payload.module, payload.attach_to)
    try:
        with store.opened(sending.upload) as file:
            # Not repeatable: the same file would hang there twice.
            # https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
            reply = client.call(CRM, "POST", path, file=file)
    except Rejected as error:
        place = payload.module, payload.attach_to
        if error.status == 413 or not records.is_gone(client, *place):
            raise
        raise Rejected("record_gone", message=error.message) from error
    item = next(iter(shapes.rows(reply.get("data"))), {})
    attachment_id = shapes.identifier(shapes.mapping(item.get("details")).get("id"))
    if not attachment_id:
        raise OutcomeUnknown("no_attachment")
    return _attached(sending, attachment_id)


def _find(
    client: ZohoClient,
    payload: RecordFilePayload,
    sending: Sending,
    since: datetime,
) -> Outcome | None:
    """Look for a file that may hang there: by its name, its size, and when."""
    path = _path(payload.module, payload.attach_to)
    hanging = (
        Hanging(
            row["id"],
            shapes.moment(row.get("Created_Time")),
            row.get("File_Name"),
            str(row.get("Size")),
        )
        for row in _every(client, path)
    )
    found = file_sent(client, SENDER.kind, since, sending, hanging)
    return _attached(sending, found) if found else None


def _every(client: ZohoClient, path: str) -> Iterator[dict[str, Any]]:
    for number in range(1, MOST_PAGES + 1):
        reply = _listed(client, path, number, MOST_PER_PAGE)
        yield from _rows(reply)
        if not _has_more(reply):
            return


def _has_more(reply: dict[str, Any]) -> bool:
    info = reply.get("info")
    return isinstance(info, dict) and info.get("more_records") is True


def _attached(sending: Sending, attachment_id: str) -> Outcome:
    upload = Upload.objects.filter(pk=sending.upload).first()
    return attached(upload.name if upload else "", attachment_id)


SENDER = Sender(
    kind=Kind.FILE,
    payload=RecordFilePayload,
    form_url=page_of("crm:record", "module", "attach_to", otherwise="crm:modules"),
    again="Show the record",
    open_label="Open in Zoho CRM",
    fields={},
    send=_send,
    is_repeatable=never,
    typed=only("module", "attach_to"),
    find=_find,
    targets=lambda payload, _made: [f"crm:{payload.module}:{payload.attach_to}"],
    thing="file",
    adds=True,
    feature=returning("crm.records"),
    module=module_label,
    at_zoho=lambda client, payload: link_to(client, payload.module, payload.attach_to),
)
