"""Records: made, changed, read, listed, searched, counted, deleted."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, coql, record
from zohocrmsdk.src.com.zoho.crm.api.record import (
    GetDeletedRecordsParam,
    GetRecordsHeader,
    GetRecordsParam,
    RecordCountParam,
    SearchRecordsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from tests.sdk.python.session import Session, asked, good, items, new_ids

FIELDS = "Last_Name,Email,Lead_Source,Account_Name"


def contacts() -> Any:
    return record.RecordOperations("Contacts")


def row(**values: Any) -> Any:
    """Return a record of the SDK's own kind."""
    made = record.Record()
    for name, value in values.items():
        made.add_key_value(name, value)
    return made


def body(*rows: Any) -> Any:
    made = record.BodyWrapper()
    made.set_data(list(rows))
    return made


def people(count: int, of: str) -> list[Any]:
    return [
        row(Last_Name=f"{of} {number}", Email=f"{of}.{number}@example.com")
        for number in range(count)
    ]


def create(count: int, session: Session) -> None:
    made = new_ids(
        contacts().create_records(body(*people(count, f"made{count}")), HeaderMap()),
        201,
    )
    assert len(set(made)) == count
    session.ids[f"made {count}"] = made


def refuse_101(_session: Session) -> None:
    reply = contacts().create_records(body(*people(101, "many")), HeaderMap())
    assert reply.get_status_code() == 400
    assert reply.get_object().get_code().get_value() == "LIMIT_EXCEEDED"


def upsert(count: int, session: Session) -> None:
    """Save some that are there already; the same number comes back."""
    wrapper = body(*people(count, f"made{count}"))
    wrapper.set_duplicate_check_fields(["Email"])
    found = items(contacts().upsert_records(wrapper, HeaderMap()))
    assert {each.get_action().get_value() for each in found} == {"update"}
    assert [int(each.get_details()["id"]) for each in found] == session.ids[
        f"made {count}"
    ]


def upsert_new(_session: Session) -> None:
    wrapper = body(row(Last_Name="New", Email="new@example.com"))
    wrapper.set_duplicate_check_fields(["Email"])
    (found,) = items(contacts().upsert_records(wrapper, HeaderMap()))
    assert found.get_action().get_value() == "insert"


def refuse_upsert_of_101(_session: Session) -> None:
    wrapper = body(*people(101, "many"))
    wrapper.set_duplicate_check_fields(["Email"])
    reply = contacts().upsert_records(wrapper, HeaderMap())
    assert reply.get_status_code() == 400


def tell_what_is_wrong(_session: Session) -> None:
    good_one, bad_one = row(Last_Name="Good"), row(Last_Name="Bad", Email="nowhere")
    reply = contacts().create_records(body(good_one, bad_one), HeaderMap())
    found = good(reply, 207).get_data()
    assert [each.get_code().get_value() for each in found] == [
        "SUCCESS",
        "INVALID_DATA",
    ]


def lookup_by_number(session: Session) -> None:
    """The SDK writes ids of lookups as JSON numbers, not as texts."""
    accounts = record.RecordOperations("Accounts")
    (account,) = new_ids(
        accounts.create_records(body(row(Account_Name="Example Ltd")), HeaderMap()), 201
    )
    session.ids["account"] = account
    company = record.Record()
    company.set_id(int(account))
    person = row(Last_Name="Kim", Account_Name=company, Lead_Source=Choice("Partner"))
    (made,) = new_ids(contacts().create_records(body(person), HeaderMap()), 201)
    session.ids["with account"] = made
    (found,) = good(contacts().get_record(made, None, HeaderMap())).get_data()
    assert found.get_key_value("Account_Name").get_id() == int(account)


def update_one(session: Session) -> None:
    (own,) = session.ids["made 1"]
    reply = contacts().update_record(own, body(row(Title="Dr")), HeaderMap())
    assert new_ids(reply) == [own]


def update_many(session: Session) -> None:
    changes = []
    for own in session.ids["made 3"]:
        change = row(Title="Prof")
        change.set_id(int(own))
        changes.append(change)
    reply = contacts().update_records(body(*changes), HeaderMap())
    assert new_ids(reply) == session.ids["made 3"]


def get_one(session: Session) -> None:
    (own,) = session.ids["made 1"]
    (found,) = good(contacts().get_record(own, None, HeaderMap())).get_data()
    assert found.get_key_value("Title") == "Dr"
    assert found.get_created_by().get_name() == "Alex Admin"


def listed(*pairs: tuple[Any, Any], headers: Any = None) -> Any:
    wanted = asked((GetRecordsParam.fields, FIELDS), *pairs)
    return contacts().get_records(wanted, headers or HeaderMap())


def get_list(_session: Session) -> None:
    found = good(listed((GetRecordsParam.per_page, 50)))
    assert len(found.get_data()) == 50
    assert found.get_info().get_more_records()


def get_second_page(_session: Session) -> None:
    size = (GetRecordsParam.per_page, 20)
    first = good(listed(size)).get_data()
    second = good(listed(size, (GetRecordsParam.page, 2))).get_data()
    assert {each.get_id() for each in first}.isdisjoint(
        each.get_id() for each in second
    )


def get_by_page_token(_session: Session) -> None:
    size = (GetRecordsParam.per_page, 20)
    token = good(listed(size)).get_info().get_next_page_token()
    found = good(listed(size, (GetRecordsParam.page_token, token))).get_data()
    assert len(found) == 20


def get_sorted(_session: Session) -> None:
    order = (GetRecordsParam.sort_order, "asc")
    found = good(listed((GetRecordsParam.sort_by, "id"), order)).get_data()
    ids = [each.get_id() for each in found]
    assert ids == sorted(ids)


def get_unchanged(_session: Session) -> None:
    """Nothing was changed since tomorrow: 304 without a body."""
    headers = HeaderMap()
    later = datetime.now(UTC) + timedelta(days=1)
    headers.add(GetRecordsHeader.if_modified_since, later)
    reply = listed(headers=headers)
    assert reply.get_status_code() == 304


def get_changed(_session: Session) -> None:
    headers = HeaderMap()
    earlier = datetime.now(UTC) - timedelta(days=1)
    headers.add(GetRecordsHeader.if_modified_since, earlier)
    assert good(listed(headers=headers)).get_data()


def search(parameter: str, value: str, _session: Session) -> None:
    wanted = asked((getattr(SearchRecordsParam, parameter), value))
    found = good(contacts().search_records(wanted, HeaderMap())).get_data()
    assert found[0].get_key_value("Last_Name") == "Archer"


def count(_session: Session) -> None:
    wanted = asked((RecordCountParam.criteria, "(Last_Name:equals:Archer)"))
    assert good(contacts().record_count(wanted)).get_count() == 1


def query(_session: Session) -> None:
    wanted = coql.BodyWrapper()
    wanted.set_select_query(
        "select id, Last_Name, Email from Contacts where Email in "
        "('ada.archer@example.com', 'ben.baker@example.com') limit 2"
    )
    found = good(coql.CoqlOperations().get_records(wanted))
    names = {each.get_key_value("Last_Name") for each in found.get_data()}
    assert names == {"Archer", "Baker"}


def delete_one(session: Session) -> None:
    (own,) = session.ids["made 1"]
    assert new_ids(contacts().delete_record(own, None, HeaderMap())) == [own]


def delete_many(session: Session) -> None:
    own = session.ids["made 3"]
    wanted = asked((record.DeleteRecordsParam.ids, ",".join(map(str, own))))
    assert new_ids(contacts().delete_records(wanted, HeaderMap())) == own


def get_deleted(session: Session) -> None:
    wanted = asked((GetDeletedRecordsParam.type, "all"))
    found = good(contacts().get_deleted_records(wanted, HeaderMap())).get_data()
    assert {str(each.get_id()) for each in found} >= {
        *map(str, session.ids["made 1"] + session.ids["made 3"])
    }


OPERATIONS = [
    *(partial(create, size) for size in (1, 3, 100)),
    refuse_101,
    *(partial(upsert, size) for size in (1, 3, 100)),
    upsert_new,
    refuse_upsert_of_101,
    tell_what_is_wrong,
    lookup_by_number,
    update_one,
    update_many,
    get_one,
    get_list,
    get_second_page,
    get_by_page_token,
    get_sorted,
    get_unchanged,
    get_changed,
    partial(search, "criteria", "(Email:equals:ada.archer@example.com)"),
    partial(search, "email", "ada.archer@example.com"),
    partial(search, "phone", "+442079460001"),
    partial(search, "word", "archer"),
    count,
    query,
]
AT_LAST = [delete_one, delete_many, get_deleted]
