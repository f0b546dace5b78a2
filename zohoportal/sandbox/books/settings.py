"""Books' organisations and their currencies.

https://www.zoho.com/books/api/v3/organizations/
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.books.gate import admit, admit_to_organisation, page, succeed
from zohoportal.sandbox.messages import Answer, Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def organisations(request: Request, world: World) -> Answer:
    admit(request, world, "settings.READ")
    rows = world.tables["books_organizations"].rows.values()
    found = [_organisation(row, number == 0) for number, row in enumerate(rows)]
    return succeed(organizations=found)


def _organisation(row: Row, is_default: bool) -> Row:
    own = row["currencies"][0]
    return {
        "organization_id": row["id"],
        "name": row["name"],
        "contact_name": samples.USER["full_name"],
        "email": samples.USER["email"],
        "is_default_org": is_default,
        "is_org_active": row["is_active"],
        "org_settings": {"is_org_active": row["is_active"]},
        "plan_name": row["plan_name"],
        "plan_type": 130,
        "plan_period": "Monthly",
        "language_code": "en",
        "time_zone": "Europe/London",
        "date_format": "dd MMM yyyy",
        "country": "United Kingdom",
        "country_code": "GB",
        "currency_id": own["currency_id"],
        "currency_code": own["currency_code"],
        "currency_symbol": own["currency_symbol"],
        "price_precision": own["price_precision"],
    }


def currencies(request: Request, world: World) -> Answer:
    # https://www.zoho.com/books/api/v3/currency/#list-currencies
    organisation = admit_to_organisation(request, world, "settings.READ")
    rows, context = page(request, organisation["currencies"])
    return succeed(currencies=rows, page_context=context)
