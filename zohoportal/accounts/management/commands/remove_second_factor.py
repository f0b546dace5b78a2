from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import rule
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Take a person's second factor away, when app, passkeys and codes are lost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            person = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"Nobody has the address {options['email']}.") from None
        if not rule.remove_all(person):
            raise CommandError(f"{person.email} has no second factor.")
        self.stdout.write(
            f"Done. {person.email} signs in with the password alone now. Make sure "
            "that it is them who asked for this."
        )
