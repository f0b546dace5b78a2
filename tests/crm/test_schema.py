"""The schema as real organisations give it: what decides is what Zoho says of it."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.models import Connection
from crm.schema import dependencies, replies, store
from crm.schema.metadata import Field, Module, Value
from crm.zoho import values
from tests.crm.record_form import address_of
from tests.support.contacts import press
from tests.zoho import SandboxZoho

MAY = {"operation_type": {"api_create": True, "api_update": True}}


def field(**row: Any) -> Field:
    """Return a field as it is read from a row about it."""
    row = {"api_name": "Any", "data_type": "text", "length": 255} | MAY | row
    module = Module("Contacts", "Contact", "Contacts")
    (found,) = replies.metadata(module, {"fields": [row]}, {}).fields.values()
    return found


class TestShape:
    """replies/S1: `json_type` says what a value is made of, `data_type` may not."""

    @pytest.mark.parametrize(
        ("row", "data_type"),
        [
            ({"api_name": "Tag", "json_type": "jsonarray", "ui_type": 209}, "tag"),
            ({"api_name": "Tag", "json_type": "jsonarray"}, "tag"),
            ({"json_type": "jsonarray", "ui_type": 209}, "tag"),
            ({"data_type": "tag", "json_type": "jsonarray"}, "tag"),
            ({"data_type": "tag"}, "tag"),
            ({"json_type": "jsonarray"}, "list"),
            ({"data_type": "textarea", "json_type": "jsonarray"}, "list"),
            ({"json_type": "jsonobject"}, "object"),
            ({"data_type": "email", "json_type": "string"}, "email"),
            ({"data_type": "email"}, "email"),
            (
                {
                    "data_type": "picklist",
                    "json_type": "jsonarray",
                    "pick_list_values": [{"actual_value": "A", "display_value": "A"}],
                },
                "multiselectpicklist",
            ),
            ({"data_type": "imageupload", "json_type": "jsonarray"}, "imageupload"),
            ({"data_type": "ownerlookup", "json_type": "jsonobject"}, "ownerlookup"),
        ],
    )
    def test_decides_the_type_replies_s1(
        self, row: dict[str, Any], data_type: str
    ) -> None:
        assert field(**row).data_type == data_type

    def test_of_tags_lets_a_record_be_changed_replies_s1(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        record = zoho.crm_records("Contacts")[0]
        tags = [{"name": "vip", "id": "1111110000000002", "color_code": None}]
        answer = {"status": 200, "body": {"data": [record | {"Tag": tags}]}}
        path = f"/crm/v8/Contacts/{record['id']}"
        zoho.script("GET", path, answer | {"times": 6})
        page = f"/c/{rich.slug}/crm/Contacts/{record['id']}/"
        assert "<dd>vip</dd>" in staff_client.get(page).content.decode()
        opened: Any = staff_client.get(f"{page}change/")
        form = opened.context["form"]
        assert form["Tag"].value() == "vip"
        shown = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in shown.items() if value}
        ours = {name: opened.context[name] for name in ("form_key", "opened")}

        staff_client.post(f"{page}change/", typed | ours | {"Last_Name": "Roe"})

        (entry,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert entry["body"]["data"] == [{"Last_Name": "Roe"}]

    @given(st.none() | st.booleans() | st.integers() | st.text() | st.just(10**30))
    @settings(max_examples=60, deadline=None)
    def test_has_a_length_that_can_be(self, length: Any) -> None:
        found = field(data_type="integer", length=length, decimal_place=length)

        assert 1 <= found.length <= replies.LONGEST
        assert 0 <= found.decimals <= replies.MOST_DECIMALS


class TestLabel:
    """replies/S10: `field_label` is the organisation's word, `display_label` Zoho's."""

    @pytest.mark.parametrize(
        ("row", "label"),
        [
            (
                {"field_label": "Deal Name", "display_label": "Potential Name"},
                "Deal Name",
            ),
            (
                {"field_label": "Company Name", "display_label": "Account Name"},
                "Company Name",
            ),
            ({"field_label": "", "display_label": "Closing Date"}, "Closing Date"),
            ({"field_label": None, "display_label": None}, "Any"),
        ],
    )
    def test_is_the_organisations_own_replies_s10(
        self, row: dict[str, Any], label: str
    ) -> None:
        assert field(**row).label == label

    def test_stands_on_the_form_replies_s10(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(address_of(rich, "Deals")).content.decode()

        assert "Deal Name" in page
        assert "Potential Name" not in page


class TestDependency:
    """replies/S5: "-None-" is a parent value like others, and stands for nothing."""

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"Country": "", "City": "Online"}, []),
            ({"Country": "", "City": "Berlin"}, ["Country"]),
            ({"Country": "", "City": ""}, []),
            ({"Region": "Europe", "Country": "Germany", "City": "Online"}, ["City"]),
        ],
    )
    def test_on_an_empty_parent_is_accepted_replies_s5(
        self,
        typed: dict[str, str],
        errors: list[str],
        rich: Connection,
        staff_client: Client,
    ) -> None:
        needed = {"Email": "kim@example.com", "Last_Name": "Sample"}

        page = press(staff_client, address_of(rich), needed | typed)

        found = [] if page.status_code == 302 else list(page.context["form"].errors)
        assert found == errors

    def test_is_read_as_documented_replies_s5(self) -> None:
        none = {"actual_value": "-None-", "display_value": "-None-", "id": "4"}
        online = {"actual_value": "Online", "display_value": "Online", "id": "6"}
        row = {
            "id": "1",
            "parent": {"api_name": "Area", "id": "2"},
            "child": {"api_name": "Town", "id": "3"},
            "pick_list_values": [none | {"maps": [none, online]}],
        }

        found = dependencies.dependency({"map_dependency": [row]})

        assert found
        assert found.choices == {"": ("", "Online")}


class TestPeople:
    def test_are_read_to_the_end(self, zoho: SandboxZoho, rich: Connection) -> None:
        names = [f"Person {number}" for number in range(450)]
        rows = [
            {"id": str(number), "full_name": name} for number, name in enumerate(names)
        ]
        pages = [rows[:200], rows[200:400], rows[400:]]
        zoho.script("GET", "/crm/v8/users", *map(_page, pages, [True, True, False]))

        found = store.users_of(rich)

        assert [each.display for each in found] == names
        asked = [e["query"] for e in zoho.journal() if e["path"] == "/crm/v8/users"]
        assert [query["page"] for query in asked] == ["1", "2", "3"]

    @pytest.mark.parametrize("info", [None, {}, {"more_records": None}, "x"])
    def test_end_where_zoho_does_not_say_more(
        self, info: Any, zoho: SandboxZoho, rich: Connection
    ) -> None:
        row = {"id": "1", "full_name": "Kim Sample"}
        body = {"users": [row], "info": info}
        zoho.script("GET", "/crm/v8/users", {"status": 200, "body": body})

        assert store.users_of(rich) == (Value("1", "Kim Sample"),)


def _page(rows: list[dict[str, Any]], more: bool) -> dict[str, Any]:
    body = {"users": rows, "info": {"more_records": more}}
    return {"status": 200, "body": body}


class TestShown:
    """What has no input is shown as what it is, and never as a program's code."""

    @pytest.mark.parametrize(
        ("data_type", "value", "words"),
        [
            ("fileupload", [{"File_Name__s": "a.pdf", "id": "1"}], "a.pdf"),
            ("fileupload", [{"file_Name": "b.pdf", "attachment_Id": "1"}], "b.pdf"),
            (
                "imageupload",
                [{"File_Name__s": "1.png"}, {"File_Name__s": "2.png"}],
                "1.png, 2.png",
            ),
            (
                "multiselectlookup",
                [{"Supplier": {"name": "Acme", "id": "2"}, "id": "1"}],
                "Acme",
            ),
            (
                "multiuserlookup",
                [{"id": "1", "User": {"name": "Kim", "id": "2"}, "$approved": True}],
                "Kim",
            ),
            (
                "subform",
                [
                    {"Language": "French", "Level": 3, "id": "1", "$editable": True},
                    {"Language": "Welsh", "Parent_Id": {"name": "Kim", "id": "2"}},
                ],
                "Language: French, Level: 3; Language: Welsh",
            ),
            (
                "consent_lookup",
                {"Contact_Through_Email": True, "id": "1", "Consent_Date": None},
                "Contact Through Email: Yes",
            ),
            ("rollup_summary", 12, "12"),
            ("object", {"RRULE": "FREQ=DAILY"}, "RRULE: FREQ=DAILY"),
            ("list", ["a", 1, True, None], "a, 1, Yes"),
            ("lookup", {"name": None, "id": "1111110000000001"}, ""),
        ],
    )
    def test_reads_as_what_it_is(self, data_type: str, value: Any, words: str) -> None:
        assert values.shown(Field("Any", "Any", data_type), value) == words

    @given(
        st.recursive(
            st.none() | st.booleans() | st.text("abc \n", max_size=5),
            lambda part: (
                st.lists(part, max_size=4)
                | st.dictionaries(st.sampled_from(["name", "id", "A_b", "$x"]), part)
            ),
            max_leaves=30,
        ),
        st.sampled_from([*replies.LISTS, *replies.OBJECTS, "object", "list"]),
    )
    @settings(max_examples=200, deadline=None)
    def test_is_never_code(self, value: Any, data_type: str) -> None:
        words = values.shown(Field("Any", "Any", data_type), value)

        assert "{'" not in words
        assert "['" not in words
        assert "None" not in words

    def test_bears_any_depth(self) -> None:
        value: Any = "deep"
        for _ in range(900):
            value = [{"a": value}]

        assert "…" in values.shown(Field("Any", "Any", "list"), value)


class TestAttachment:
    """replies/S2: a file is all that is not a link."""

    @pytest.mark.parametrize("kind", ["File", "Attachment", "Zoho WorkDrive", None])
    def test_can_be_downloaded_replies_s2(
        self,
        kind: str | None,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        record = zoho.crm_records("Contacts")[0]["id"]
        row = {"id": "1111110000001935002", "File_Name": "report.pdf", "$type": kind}
        row |= {"Size": "1048576", "$file_id": "file123", "$link_url": None}
        listing = {"status": 200, "body": {"data": [row], "info": {}}}
        zoho.script("GET", f"/crm/v8/Contacts/{record}/Attachments", listing)

        page = staff_client.get(f"/c/{rich.slug}/crm/Contacts/{record}/")

        assert f"/files/{row['id']}/" in page.content.decode()
