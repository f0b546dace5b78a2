"""A label at Zoho may hold a percent sign, which Django would fill values into."""

import pytest
from django.core.exceptions import ValidationError

from crm.forms.inputs import input_for
from crm.schema.metadata import Field, Value

ONE = (Value("a", "a"),)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("percent", "1.23456789"),
        ("picklist", "x"),
        ("multiselectpicklist", ["x"]),
        ("text", "x" * 500),
        ("website", "no address"),
        ("integer", "x"),
        ("bigint", "x"),
    ],
)
def test_a_percent_sign_in_a_label_is_shown_as_it_is_r13(
    kind: str, typed: object
) -> None:
    field = input_for(Field("Discount", "Discount %", kind, values=ONE))

    with pytest.raises(ValidationError) as caught:
        field.clean(typed)

    assert "iscount %" in caught.value.messages[0]
    assert "%%" not in caught.value.messages[0]
