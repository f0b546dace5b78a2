"""The due dates that are chosen most, at a press of a button."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class QuickTime:
    """Words for a button, and what it puts into the field."""

    words: str
    value: str


def quick_times(now: datetime | None = None) -> list[QuickTime]:
    """Return those that are still to come, by the clock of the person's zone."""
    here = timezone.localtime(now)
    today, tomorrow = here.date(), here.date() + timedelta(days=1)
    offers = [
        ("Today 17:00", datetime.combine(today, time(17))),
        ("Tomorrow 12:00", datetime.combine(tomorrow, time(12))),
    ]
    return [
        QuickTime(words, moment.strftime("%Y-%m-%dT%H:%M"))
        for words, moment in offers
        if moment > here.replace(tzinfo=None)
    ]
