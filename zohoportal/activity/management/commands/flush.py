from typing import Any

from django.core.management.commands import flush

from zohoportal.activity import only_grows


class Command(flush.Command):
    """Django's own; the trail would refuse to be emptied."""

    def handle(self, *args: Any, **options: Any) -> None:
        with only_grows.lifted():
            super().handle(*args, **options)
