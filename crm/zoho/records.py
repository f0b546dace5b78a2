"""Reading records as Zoho CRM has them: page by page, or one."""

from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected
from crm.envelope import CRM
from crm.schema.plans import Plan
from crm.zoho.search import PER_PAGE, Page, Record, page_of

# Without a page token Zoho's list ends at 2,000 records.
# https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
MOST_PAGES = 2_000 // PER_PAGE
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
