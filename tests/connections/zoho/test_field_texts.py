from typing import Any

import pytest

from connections.messages.field_texts import Input, field_text, inside
from connections.zoho.errors import FieldProblem

LABELS = {
    "Status": "Status",
    "Mobile": "Mobile",
    "Product_Category": "Product Category",
    "Items.Quantity": "Quantity",
}


def said(kind: str = "invalid", *, about: Input | None = None, **more: Any) -> str:
    known = about or Input("Last name", labels=LABELS)
    return field_text(FieldProblem("F", kind, **more), known)


class TestFieldText:
    @pytest.mark.parametrize(
        ("kind", "details", "sentence"),
        [
            ("missing", {}, "Enter last name. Zoho needs it."),
            (
                "missing",
                {"because_of": "Product_Category"},
                "Enter last name. Zoho needs it with Product Category.",
            ),
            (
                "missing",
                {"among": ("F", "Mobile")},
                "Enter last name or mobile. Zoho needs one of them.",
            ),
            ("missing", {"among": ("F",)}, "Enter last name. Zoho needs it."),
            (
                "missing",
                {"because_of": "Hidden_1"},
                "Enter last name. Zoho needs it with another field.",
            ),
            ("too_long", {"limit": 40}, "Last name must be 40 characters or fewer."),
            ("duplicate", {}, "Zoho has this last name already and allows it once."),
            (
                "invalid",
                {"expected": "email"},
                "Last name must be an e-mail address such as name@example.com.",
            ),
            (
                "invalid",
                {"expected": "phone"},
                "Last name must be a phone number such as +44 20 7946 0777.",
            ),
            ("invalid", {"bounds": ("1", "5")}, "Last name must be between 1 and 5."),
            (
                "invalid",
                {"values": ("A", "B")},
                "Zoho takes these for last name: A, B. Choose one of them.",
            ),
            (
                "invalid",
                {"expected": "picklist"},
                "Choose one of the values of last name that Zoho has now.",
            ),
            (
                "invalid",
                {"expected": "jsonobject"},
                "Zoho does not take this value for last name. Change it.",
            ),
            ("missing", {"words": "Our words."}, "Our words."),
        ],
    )
    def test_is_a_sentence_with_the_label(
        self, kind: str, details: dict[str, Any], sentence: str
    ) -> None:
        assert said(kind, **details) == sentence

    @pytest.mark.parametrize(
        ("code", "message", "sentence"),
        [
            (
                "INVALID_DATA",
                "the lookup filter leaves this record out",
                "Zoho does not take this value for last name. Zoho's words: “the "
                "lookup filter leaves this record out”. Change it.",
            ),
            (
                "DEPENDENT_MISMATCH",
                "must be greater than current Time.",
                "Last name does not go with status. Zoho's words: “must be greater "
                "than current Time.” Change one of them.",
            ),
            (
                "RECORD_IN_BLUEPRINT",
                "Stage cannot be updated",
                "Zoho lets this last name change only by its blueprint. Change it in "
                "Zoho.",
            ),
        ],
    )
    def test_follows_the_code_and_quotes_zoho_forms_13(
        self, code: str, message: str, sentence: str
    ) -> None:
        assert said(code=code, message=message, because_of="Status") == sentence

    @pytest.mark.parametrize(
        ("kind", "sentence"),
        [
            ("invalid", "Last name must be between 1 and 2."),
            ("missing", "Enter last name. Zoho needs it."),
        ],
    )
    def test_keeps_what_zoho_adds_to_a_known_objection(
        self, kind: str, sentence: str
    ) -> None:
        bounds = ("1", "2") if kind == "invalid" else ()

        words = said(kind, message="one or two", bounds=bounds)

        assert words == f"{sentence} Zoho's words: “one or two”."

    @pytest.mark.parametrize("message", ["invalid data", "Required field not found."])
    def test_leaves_out_what_says_nothing(self, message: str) -> None:
        assert said("missing", message=message) == "Enter last name. Zoho needs it."

    def test_says_what_is_not_in_the_list_only_where_it_is_not_e19_forms_04(
        self,
    ) -> None:
        unlisted = Input("Model", value="F3", kind="picklist")
        listed = Input("Model", value="F3", kind="picklist", is_listed=True)

        words = "Choose one of the values of model: “F3” is not in Zoho's list."
        assert said(about=unlisted) == words
        words = "Zoho does not take this value for model. Change it."
        assert said(about=listed) == words

    def test_says_what_is_gone_only_where_it_was_looked_for_e19(self) -> None:
        gone = Input("Account", value="Acme", is_gone=True)
        there = Input("Account", value="Acme")

        assert said(about=gone) == "Acme no longer exists in Zoho. Choose another."
        words = "Zoho does not take this value for account. Zoho's words: “no”."
        assert said(about=there, message="no").startswith(words)

    def test_counts_the_digits_of_a_number(self) -> None:
        words = said("too_long", limit=2, about=Input("Age", kind="integer"))

        assert words == "Age must be 2 digits or fewer."

    @pytest.mark.parametrize(
        ("column", "words"),
        [
            ("Quantity", "Enter Quantity in row 2 of Ordered Items. Zoho needs it."),
            ("Hidden_1", "Enter a value in row 2 of Ordered Items. Zoho needs it."),
        ],
    )
    def test_names_a_row_of_a_subform_by_its_labels(
        self, column: str, words: str
    ) -> None:
        problem = FieldProblem("Items", "missing", row=2, column=column)

        assert field_text(problem, Input("Ordered Items", labels=LABELS)) == words

    def test_says_who_needs_a_value_e18(self) -> None:
        words = said("missing", about=Input("Model", whose="Your department"))

        assert words == "Enter model. Your department needs it."

    @pytest.mark.parametrize(
        ("label", "what"),
        [
            ("Contracts", "contracts, which is not on this form"),
            ("", "a field that the portal does not know"),
        ],
    )
    def test_leads_to_zoho_for_what_the_form_lacks(self, label: str, what: str) -> None:
        words = said("missing", about=Input(label, whose="Your layout", is_here=False))

        step = "Enter it in Zoho, or ask your admin to add it here."
        assert words == f"Your layout needs {what}. {step}"

    def test_shows_no_name_of_zohos_where_there_is_no_label(self) -> None:
        for kind in ("missing", "invalid", "duplicate", "too_long"):
            problem = FieldProblem("Secret_Api_Name__c", kind, because_of="Other__c")

            assert "__c" not in field_text(problem, Input(""))


class TestInside:
    @pytest.mark.parametrize(
        ("label", "words"),
        [
            ("Last name", "last name"),
            ("SLA", "SLA"),
            ("", ""),
            ("X", "x"),
            ("A value of X", "a value of X"),
        ],
    )
    def test_leaves_names_as_they_are(self, label: str, words: str) -> None:
        assert inside(label) == words
