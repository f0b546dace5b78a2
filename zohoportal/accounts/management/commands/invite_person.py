from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from zohoportal.accounts.models import Role
from zohoportal.accounts.people import invitations
from zohoportal.accounts.people.refusals import Refused
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Ask somebody to join, and print the link for them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they will sign in with")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--name", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"].strip())
            sent = invitations.invite(
                options["email"], name=options["name"], role=options["role"], by=None
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refused as error:
            raise CommandError(str(error)) from error
        mailed = (
            "It was sent to them by mail." if sent.is_mailed else "Send it to them."
        )
        self.stdout.write(
            f"The link for {sent.email} works once, for 72 hours. {mailed}\n\n"
            f"  {sent.address}\n"
        )
