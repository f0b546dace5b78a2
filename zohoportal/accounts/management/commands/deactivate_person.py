from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from zohoportal.accounts.models import User
from zohoportal.accounts.people import belongings, changes, command


class Command(command.PersonCommand):
    help = "Let somebody in no more, at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--hand-over-to", metavar="EMAIL", help="who gets what waits to be sent"
        )

    def act(self, person: User, **options: Any) -> str:
        other = options["hand_over_to"]
        to = command.person(other) if other else None
        with transaction.atomic():
            changes.deactivate(person, by=None)
            handed = changes.hand_over(person, to, by=None) if to else None
        waits = belongings.how_much_waits(person)
        said = f"{person.email} is deactivated, and signed out everywhere."
        if to and handed:
            said += f" {handed.said(person, to)}"
        if waits:
            said += f" {waits} still wait; hand them over with --hand-over-to EMAIL."
        return said
