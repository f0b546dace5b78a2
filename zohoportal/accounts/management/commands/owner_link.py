from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from zohoportal.accounts.people import owner
from zohoportal.accounts.people.refusals import Refused
from zohoportal.run.guards.start import ReadyCommand

NOBODY = "Nobody has an account here yet."


class Command(ReadyCommand):
    help = "Print a link that makes the first account; one printed before ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at-start",
            action="store_true",
            help="print nothing if people are there, and the link only to a terminal",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["at_start"] and not owner.is_fresh():
            return
        # What a service prints is kept in a log.
        if options["at_start"] and not self.stdout.isatty():
            self.stdout.write(
                f"{NOBODY} `python manage.py owner_link` prints a link that makes the "
                "first one."
            )
            return
        try:
            address = owner.new_link()
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{NOBODY} Make the first one:\n\n  {address}\n\n"
            "The link works once, for 72 hours, or until a new one is printed.\n"
        )
