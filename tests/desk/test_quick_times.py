from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from desk.forms.quick_times import quick_times


@pytest.mark.parametrize(
    ("now", "zone", "values"),
    [
        ("2026-11-20T08:00", "Europe/Berlin", ["2026-11-20T17:00", "2026-11-21T12:00"]),
        ("2026-11-20T16:30", "Europe/Berlin", ["2026-11-21T12:00"]),
        # The days on which the clocks change.
        ("2027-03-27T23:30", "Europe/Berlin", ["2027-03-28T17:00", "2027-03-29T12:00"]),
        ("2027-10-30T22:30", "Europe/Berlin", ["2027-10-31T17:00", "2027-11-01T12:00"]),
        # Tomorrow in Tokyo is not tomorrow in Berlin.
        ("2026-11-20T23:00", "Asia/Tokyo", ["2026-11-21T17:00", "2026-11-22T12:00"]),
        (
            "2026-11-20T23:00",
            "America/New_York",
            ["2026-11-21T12:00"],
        ),
    ],
)
def test_quick_times_are_by_the_persons_clock_f56(
    now: str, zone: str, values: list[str]
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    with timezone.override(ZoneInfo(zone)):
        found = quick_times(moment)

    assert [each.value for each in found] == values
