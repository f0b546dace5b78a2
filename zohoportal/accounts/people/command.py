"""What commands about people have in common: an address, and our words if refused."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from zohoportal.accounts.models import User
from zohoportal.accounts.people.refusals import Refused
from zohoportal.run.guards.start import ReadyCommand


class PersonCommand(ReadyCommand):
    """Does one thing about somebody who is there."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self.stdout.write(self.act(person(options["email"]), **options))
        except Refused as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def act(self, person: User, **options: Any) -> str:
        """Do it; return what is to be said.

        Raises:
            Refused: it cannot be done.
        """
        raise NotImplementedError


def person(email: str) -> User:
    """Return whom an address belongs to.

    Raises:
        CommandError: nobody.
    """
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(
            f"Nobody here has the address {email}. See who is there under People."
        ) from None
