"""A due date is a moment of the person's own clock, and goes to Desk in UTC (F56)."""

from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from connections.schema.input_fields import MomentField
from desk.forms.inputs import from_desk, to_desk
from desk.zoho.layouts import Field

DUE = Field("dueDate", "Due date", "DateTime")

# Zone, what was typed, what Desk gets; around the hours that come twice or not at all.
ROWS = [
    ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T00:59:00.000Z"),
    ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00:00.000Z"),
    ("Europe/Berlin", "2027-10-31T01:59", "2027-10-30T23:59:00.000Z"),
    ("Europe/Berlin", "2027-10-31T03:00", "2027-10-31T02:00:00.000Z"),
    ("Europe/Berlin", "2027-10-31T00:00", "2027-10-30T22:00:00.000Z"),
    ("America/New_York", "2027-03-14T01:59", "2027-03-14T06:59:00.000Z"),
    ("America/New_York", "2027-03-14T03:00", "2027-03-14T07:00:00.000Z"),
    ("America/New_York", "2027-11-07T00:59", "2027-11-07T04:59:00.000Z"),
    ("America/New_York", "2027-11-07T02:00", "2027-11-07T07:00:00.000Z"),
    # No clock change there, and half an hour off the others.
    ("Asia/Kolkata", "2027-03-28T02:30", "2027-03-27T21:00:00.000Z"),
    ("Asia/Kolkata", "2028-02-29T00:00", "2028-02-28T18:30:00.000Z"),
    # The clocks change at midnight there: the day begins at one.
    ("Africa/Cairo", "2027-04-29T23:59", "2027-04-29T21:59:00.000Z"),
    ("Africa/Cairo", "2027-04-30T01:00", "2027-04-29T22:00:00.000Z"),
    ("Africa/Cairo", "2027-10-29T00:00", "2027-10-28T22:00:00.000Z"),
    ("Europe/Berlin", "2028-02-29T00:00", "2028-02-28T23:00:00.000Z"),
]
REFUSED = [
    # Not at all, and twice.
    ("Europe/Berlin", "2027-03-28T02:00", "The clocks change then in Europe/Berlin"),
    ("Europe/Berlin", "2027-03-28T02:59", "The clocks change then"),
    ("Europe/Berlin", "2027-10-31T02:00", "The clocks change then"),
    ("Europe/Berlin", "2027-10-31T02:59", "The clocks change then"),
    ("America/New_York", "2027-03-14T02:30", "The clocks change then"),
    ("America/New_York", "2027-11-07T01:30", "The clocks change then"),
    ("Africa/Cairo", "2027-04-30T00:00", "The clocks change then in Africa/Cairo"),
    ("Africa/Cairo", "2027-10-28T23:30", "The clocks change then"),
    # No such day, other orders of day and month, years of two digits and others.
    ("Europe/Berlin", "2027-02-29T10:00", "valid date"),
    ("Europe/Berlin", "12/31/2026 17:30", "valid date"),
    ("Europe/Berlin", "31/12/26 25:30", "valid date"),
    ("Europe/Berlin", "26-12-31T17:30", "valid date"),
    ("Europe/Berlin", "0026-12-31T17:30", "must be in a year such as 2026."),
    ("Europe/Berlin", "0001-01-01T00:00", "must be in a year such as 2026."),
    ("Europe/Berlin", "9999-12-31T23:59", "must be in a year such as 2026."),
    ("Europe/Berlin", "2027-01-01T24:00", "valid date"),
]


def field() -> MomentField:
    return MomentField(label="Due date")


class TestDueDate:
    @pytest.mark.parametrize(("zone", "typed", "utc"), ROWS)
    def test_is_sent_in_utc_and_comes_back_as_typed_f56(
        self, zone: str, typed: str, utc: str
    ) -> None:
        with timezone.override(ZoneInfo(zone)):
            sent = to_desk(field().clean(typed))
            shown = field().prepare_value(from_desk(DUE, sent))

        assert sent == utc
        assert f"{shown:%Y-%m-%dT%H:%M}" == typed

    @pytest.mark.parametrize(("zone", "typed", "words"), REFUSED)
    def test_is_refused_where_no_moment_is_meant_f56(
        self, zone: str, typed: str, words: str
    ) -> None:
        with (
            timezone.override(ZoneInfo(zone)),
            pytest.raises(ValidationError) as caught,
        ):
            field().clean(typed)

        assert words in caught.value.messages[0]

    def test_that_is_typed_out_has_the_day_first_f56(self) -> None:
        with timezone.override(ZoneInfo("Europe/Berlin")):
            sent = to_desk(field().clean("03/04/2027 17:30"))

        assert sent == "2027-04-03T15:30:00.000Z"

    def test_takes_an_offset_that_was_written_out_f56(self) -> None:
        with timezone.override(ZoneInfo("Europe/Berlin")):
            sent = to_desk(field().clean("2027-03-28T02:30+05:30"))

        assert sent == "2027-03-27T21:00:00.000Z"
