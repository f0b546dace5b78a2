"""Reading records as Zoho CRM has them: page by page, or one."""

from collections.abc import Iterator
from datetime import datetime

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown, Rejected
from crm.envelope import CRM
from crm.schema.plans import Plan
from crm.zoho.search import MOST_RECORDS, PER_PAGE, Page, Record, page_of

# Without a page token Zoho's list ends at 2,000 records.
# https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
MOST_LISTED = 2_000
MOST_PAGES = MOST_LISTED // PER_PAGE
MADE_AT = "Created_Time"
COLUMNS = 3
LISTABLE = {"text", "email", "phone", "picklist", "lookup", "currency", "date"}
IN_NAME = {"First_Name", "Last_Name"}


def columns(plan: Plan) -> list[str]:
    """Return the fields that a list shows beside a record's name."""
    fields = plan.metadata.fields
    usable = [name for name in plan.first if fields[name].data_type in LISTABLE]
    own = plan.metadata.name_field
    shown = [name for name in usable if name != own and name not in IN_NAME]
    return shown[:COLUMNS]


def list_records(client: ZohoClient, plan: Plan, number: int) -> Page:
    """Return a page of a module's records, the last changed first.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    names = [plan.metadata.name_field, *columns(plan), "Modified_Time"]
    params = {
        "fields": ",".join(name for name in names if name in plan.metadata.fields),
        "page": str(number),
        "per_page": str(PER_PAGE),
        "sort_by": "Modified_Time",
        "sort_order": "desc",
    }
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    reply = client.call(CRM, "GET", plan.module.api_name, params=params)
    return page_of(reply, number)


def listed_since(
    client: ZohoClient, module: str, names: list[str], since: datetime, by: str
) -> Iterator[Record]:
    """Yield the records that were made, or changed, since a moment.

    `names` are the fields that are wanted, `by` is the one with the time.

    Raises:
        OutcomeUnknown: they are too many.
    """
    for number in range(1, MOST_LISTED // MOST_RECORDS + 1):
        params = {
            "fields": ",".join([*names, by]),
            "sort_by": by,
            "sort_order": "desc",
            "page": str(number),
            "per_page": str(MOST_RECORDS),
        }
        # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
        reply = client.call(CRM, "GET", module, params=params)
        page = page_of(reply, number)
        for row in page.records:
            if is_older(row, since, by):
                return
            yield row
        if not page.has_more:
            return
    raise OutcomeUnknown("too_many")


def is_older(row: Record, since: datetime, by: str = MADE_AT) -> bool:
    moment = shapes.moment(row.get(by))
    return moment is None or moment < since


def read_record(client: ZohoClient, module: str, record_id: object) -> Record | None:
    """Return one record; None for one that is not there.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
        reply = client.call(CRM, "GET", f"{module}/{record_id}")
    except Rejected as error:
        # By version it says nothing of an id that it does not know, or this.
        if error.code != "INVALID_DATA":
            raise
        return None
    return next(iter(page_of(reply, 1).records), None)


def is_gone(client: ZohoClient, module: str, record_id: str) -> bool:
    """Tell whether Zoho lacks a record; CRM says so in several ways.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
        return not client.call(CRM, "GET", f"{module}/{record_id}").get("data")
    except Rejected as error:
        return error.status == 404 or error.code == "INVALID_DATA"
