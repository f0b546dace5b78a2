"""A label at Desk may hold a percent sign, which Django would fill values into."""

import pytest
from django.core.exceptions import ValidationError

from desk.forms.inputs import field_for
from desk.zoho.layouts import Field


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("Picklist", "x"), ("Multiselect", ["x"]), ("URL", "no address"), ("Number", "x")],
)
def test_a_percent_sign_in_a_label_is_shown_as_it_is_r13(
    kind: str, typed: object
) -> None:
    field = field_for(Field("cf_rate", "Rate %", kind, values=("a",)), "Support")

    with pytest.raises(ValidationError) as caught:
        field.clean(typed)

    assert "ate %" in caught.value.messages[0]
    assert "%%" not in caught.value.messages[0]
