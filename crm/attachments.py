"""Files of CRM records: which there are, and each new one goes to Zoho on its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown, Rejected
from crm.senders import CLOCKS_APART
from zohoportal.outbox import attached, files
from zohoportal.outbox.file_fields import MEGABYTE
from zohoportal.outbox.file_names import clean_name
from zohoportal.outbox.models import Upload
from zohoportal.outbox.senders import Outcome, Payload, Sender

# https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
MOST_BYTES = 100 * MEGABYTE
PER_PAGE = 20
# What the list does not name it leaves out: $type says whether there is a file at all.
FIELDS = "id,File_Name,Size,Created_Time,Created_By,$type,$link_url"
FILE = "Attachment"


@dataclass(frozen=True)
class Attachment:
    """A file of a record, or a link to one that is somewhere else.

    Attributes:
        size: in bytes; None where Zoho does not say.
        is_file: whether Zoho has it, so that it can be downloaded.
        url: where a link leads; empty where it is not safe to follow.
    """

    id: str
    name: str
    size: int | None
    at: datetime | None
    by: str
    is_file: bool
    url: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True)
class Page:
    """A page of a record's files."""

    attachments: list[Attachment]
    number: int
    has_more: bool


def list_attachments(
    client: ZohoClient, module: str, record_id: str, number: int = 1
) -> Page:
    """Return a page of a record's files.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    reply = _listed(client, _path(module, record_id), number, PER_PAGE)
    info = reply.get("info")
    has_more = isinstance(info, dict) and info.get("more_records") is True
    return Page([_attachment(row) for row in _rows(reply)], number, has_more)


def _path(module: str, record_id: str) -> str:
    return f"{module}/{record_id}/Attachments"


def _listed(
    client: ZohoClient, path: str, number: int, per_page: int
) -> dict[str, Any]:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html
    params = {"fields": FIELDS, "page": str(number), "per_page": str(per_page)}
    return client.crm("GET", path, params=params)


def _rows(reply: dict[str, Any]) -> list[dict[str, Any]]:
    rows = reply.get("data")
    found = rows if isinstance(rows, list) else []
    return [each for each in found if isinstance(each, dict) and _is_id(each.get("id"))]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal()


def _attachment(row: dict[str, Any]) -> Attachment:
    size, author = str(row.get("Size") or ""), row.get("Created_By")
    link = row.get("$link_url")
    return Attachment(
        id=row["id"],
        name=clean_name(str(row.get("File_Name") or "")),
        size=int(size) if size.isdecimal() else None,
        at=parse_datetime(str(row.get("Created_Time") or "")),
        by=str(author.get("name") or "") if isinstance(author, dict) else "",
        is_file=not link and row.get("$type", FILE) == FILE,
        url=safe_url(str(link or "")),
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


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # files carry none
    path = _path(payload["module"], payload["attach_to"])
    try:
        with files.opened(payload) as file:
            # Not repeatable: the same file would hang there twice.
            # https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
            reply = client.crm("POST", path, file=file)
    except Rejected as error:
        if error.status == 413 or not _is_gone(client, payload):
            raise
        raise Rejected("record_gone", message=error.message) from error
    try:
        attachment_id = str(reply["data"][0]["details"]["id"])
    except (KeyError, IndexError, TypeError):
        raise OutcomeUnknown("no_attachment") from None
    return _attached(payload, attachment_id)


def _is_gone(client: ZohoClient, payload: Payload) -> bool:
    """Tell whether the record is not there: CRM has one code for many refusals."""
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
        reply = client.crm("GET", f"{payload['module']}/{payload['attach_to']}")
    except Rejected:
        return True
    return not reply.get("data")


def _find(
    client: ZohoClient,
    payload: Payload,
    reference: str,  # noqa: ARG001  # files carry none
    since: datetime,
) -> Outcome | None:
    """Look for a file that may hang there: by its name, its size, and when."""
    upload = Upload.objects.filter(pk=payload["upload"]).first()
    path = _path(payload["module"], payload["attach_to"])
    for row in _rows(_listed(client, path, 1, 200)):
        made_at = parse_datetime(str(row.get("Created_Time") or ""))
        is_old = made_at is not None and made_at < since - CLOCKS_APART
        is_it = upload and not is_old and _is(row, upload)
        if is_it and not attached.is_ours(SENDER.kind, row["id"]):
            return _attached(payload, row["id"])
    return None


def _is(row: dict[str, Any], upload: Upload) -> bool:
    """Tell whether it is that file; half of one has another size."""
    same = (upload.name, str(upload.size))
    return (row.get("File_Name"), str(row.get("Size"))) == same


def _attached(payload: Payload, attachment_id: str) -> Outcome:
    upload = Upload.objects.filter(pk=payload["upload"]).first()
    name = upload.name if upload else "The file"
    return Outcome(sentence=f"“{name}” was attached.", external_id=attachment_id)


def _record_page(slug: str, payload: Payload) -> str:
    if not payload:
        return reverse("crm:modules", args=[slug])
    return reverse("crm:record", args=[slug, payload["module"], payload["attach_to"]])


SENDER = Sender(
    kind="crm.file",
    form_url=_record_page,
    again="Show the record",
    open_label="Open in Zoho CRM",
    fields={},
    send=_send,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no attachment is
    find=_find,
    feature=lambda payload: "crm.records",  # noqa: ARG005  # of what is there
    module=lambda payload: str(payload.get("module", "")),
)
