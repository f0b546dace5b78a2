"""How what was submitted is said to Zoho CRM, and what its answers mean."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, Rejected, UnexpectedReply
from crm import values
from crm.metadata import Field
from zohoportal.outbox.senders import Outcome, Payload, Sender

# Zoho's clock and ours may differ.
CLOCKS_APART = timedelta(minutes=15)
CHANGED_BY_OTHERS = "Modified_Time"
# Compares values whatever their type: what came back is what was sent.
_ANY = Field("", "")


def _insert(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # records carry none
    body = _body(payload, _record(payload))
    # https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
    reply = client.crm("POST", payload["module"], json=body)
    return _saved(client, payload, _item(reply), was_created=True)


def _upsert(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # records carry none
    body = _body(payload, _record(payload)) | {
        "duplicate_check_fields": [payload["duplicate_field"]]
    }
    # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    reply = client.crm(
        "POST",
        f"{payload['module']}/upsert",
        json=body,
        repeatable=_has_duplicate_field(payload),
    )
    item = _item(reply)
    return _saved(client, payload, item, was_created=item.get("action") == "insert")


def _record(payload: Payload) -> dict[str, Any]:
    unchanged = set(payload["unchanged"])
    record = {
        name: values.sent(value)
        for name, value in payload["values"].items()
        if name not in unchanged
    }
    if payload["layout"]:
        record["Layout"] = {"id": payload["layout"]}
    return record | dict.fromkeys(payload["clear"])


def _body(payload: Payload, record: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"data": [record]}
    # Left out, all of Zoho's automation runs; an empty list means none.
    return body if payload["automation"] else body | {"trigger": []}


def _item(reply: dict[str, Any]) -> dict[str, Any]:
    try:
        item = reply["data"][0]
        str(item["details"]["id"])
    except (KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_record") from None
    return dict(item)


def _saved(
    client: ZohoClient, payload: Payload, item: dict[str, Any], *, was_created: bool
) -> Outcome:
    name = payload["name"] or payload["singular"]
    sentence = f"{name} was {'created' if was_created else 'updated'}."
    if not was_created and payload["changes"]:
        count = payload["changes"]
        sentence += f" {count} field{'s' if count > 1 else ''} changed."
    record_id = str(item["details"]["id"])
    return Outcome(sentence, record_id, link_to(client, payload["module"], record_id))


def link_to(client: ZohoClient, module: str, record_id: str) -> str:
    """Return the address of a record's page at Zoho."""
    organisation = client.organisations.get("crm", "")
    return f"{client.data_center.crm}/crm/org{organisation}/tab/{module}/{record_id}"


def _has_duplicate_field(payload: Payload) -> bool:
    """An upsert is harmless to repeat while its duplicate field is filled."""
    return bool(payload["values"].get(payload["duplicate_field"]))


def _find(
    client: ZohoClient,
    payload: Payload,
    reference: str,  # noqa: ARG001  # records carry none
    since: datetime,
) -> Outcome | None:
    """Look for a record whose insert may have been lost, by its content and time."""
    record = _record(payload)
    fields = [name for name in record if name != "Layout"][:45]
    params = {
        "fields": ",".join([*fields, "Created_Time"]),
        "sort_by": "Created_Time",
        "sort_order": "desc",
        "per_page": "200",
    }
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    rows = client.crm("GET", payload["module"], params=params).get("data") or []
    for row in rows:
        made_at = parse_datetime(str(row.get("Created_Time") or ""))
        is_recent = made_at is not None and made_at >= since - CLOCKS_APART
        if is_recent and all(
            values.same(_ANY, record[name], row.get(name)) for name in fields
        ):
            return _saved(client, payload, {"details": row}, was_created=True)
    return None


def _change(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # records carry none
    module, record_id = payload["module"], payload["id"]
    record = {name: values.sent(value) for name, value in payload["values"].items()}
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
        client.crm(
            "PUT",
            f"{module}/{record_id}",
            json=_body(payload, record),
            headers={"If-Unmodified-Since": payload["as_of"]},
            repeatable=True,
        )
    except Rejected as error:
        if error.code != "ALREADY_MODIFIED":
            raise
        # It may be our own change, whose answer was lost.
        if not _is_done(client, payload):
            raise Rejected(error.code, fields=[_SOMEBODY_ELSE]) from error
    count = len(record)
    sentence = f"{payload['name']} was updated. {count} field{'s' if count > 1 else ''}"
    link = link_to(client, module, record_id)
    return Outcome(f"{sentence} changed.", record_id, link)


_SOMEBODY_ELSE = FieldProblem(
    CHANGED_BY_OTHERS,
    "changed",
    words="Somebody else changed this record meanwhile. Look at both values and save "
    "what is right.",
)


def _is_done(client: ZohoClient, payload: Payload) -> bool:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    reply = client.crm("GET", f"{payload['module']}/{payload['id']}")
    rows = reply.get("data") or [{}]
    return all(
        values.same(_ANY, value, rows[0].get(name))
        for name, value in payload["values"].items()
    )


def _delete(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # records carry none
    path = f"{payload['module']}/{payload['id']}"
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
        client.crm("DELETE", path, repeatable=True)
    except Rejected:
        # It may be gone already, by our own call whose answer was lost.
        if client.crm("GET", path).get("data"):
            raise
    return Outcome(f"{payload['name']} was deleted.", payload["id"])


def _never(_payload: Payload) -> bool:
    return False


def _always(_payload: Payload) -> bool:
    return True


def _form(slug: str, payload: Payload) -> str:
    module = payload.get("module", "Contacts")
    if module == "Contacts":
        return reverse("crm:contact", args=[slug])
    return reverse("crm:new", args=[slug, module])


def _change_form(slug: str, payload: Payload) -> str:
    if not payload:
        return reverse("crm:modules", args=[slug])
    return reverse("crm:change", args=[slug, payload["module"], payload["id"]])


def _list(slug: str, payload: Payload) -> str:
    if not payload:
        return reverse("crm:modules", args=[slug])
    return reverse("crm:records", args=[slug, payload["module"]])


def _person(payload: Payload) -> dict[str, str]:
    """Return whom a record is about; nobody for what is no person."""
    if payload["module"] not in {"Contacts", "Leads"}:
        return {}
    values = payload["values"]
    return {
        "name": payload["name"],
        "email": str(values.get("Email") or ""),
        "phone": str(values.get("Phone") or ""),
    }


def _feature(payload: Payload) -> str:
    return "crm.contacts" if _module(payload) == "Contacts" else "crm.records"


def _module(payload: Payload) -> str:
    return str(payload.get("module", ""))


RECORD = Sender(
    kind="crm.record",
    form_url=_form,
    again="Add another",
    open_label="Open in Zoho CRM",
    fields={},
    send=_upsert,
    is_repeatable=_has_duplicate_field,
    person=_person,
    feature=_feature,
    module=_module,
    whose="Your CRM layout",
)
INSERT = Sender(
    kind="crm.insert",
    form_url=_form,
    again="Add another",
    open_label="Open in Zoho CRM",
    fields={},
    send=_insert,
    is_repeatable=_never,
    find=_find,
    person=_person,
    feature=_feature,
    module=_module,
    whose="Your CRM layout",
)
CHANGE = Sender(
    kind="crm.change",
    form_url=_change_form,
    again="Change it again",
    open_label="Open in Zoho CRM",
    fields={},
    send=_change,
    is_repeatable=_always,
    feature=_feature,
    module=_module,
    whose="Your CRM layout",
)
DELETION = Sender(
    kind="crm.deletion",
    form_url=_list,
    again="Show the others",
    open_label="Open in Zoho CRM",
    fields={},
    send=_delete,
    is_repeatable=_always,
    feature=_feature,
    module=_module,
    whose="Your CRM layout",
)
