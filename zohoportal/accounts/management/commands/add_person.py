import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from zohoportal.accounts.models import Role, User
from zohoportal.accounts.people import trail
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Add a person who may sign in, and print a first password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--time-zone", default=settings.TIME_ZONE)
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password instead"
        )
        parser.add_argument(
            "--keep-password",
            action="store_true",
            help="let them keep it; else they choose their own when they first sign in",
        )
        parser.add_argument(
            "--if-missing", action="store_true", help="leave a person who is there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["if_missing"] and User.objects.filter(
            email=options["email"].strip().lower()
        ):
            return
        given = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else ""
        password = given or secrets.token_urlsafe(12)
        try:
            validate_password(password, User(email=options["email"]))
            person = User.objects.add(
                options["email"],
                role=options["role"],
                password=password,
                time_zone=options["time_zone"],
                name=options["name"],
            )
            trail.record(trail.Act.JOINED, None, person.email, role=person.role)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not options["keep_password"]:
            person.must_change_password = True
            person.save(update_fields=["must_change_password"])
        self.stdout.write(f"{person.email} can sign in at {settings.SITE_URL}")
        if not given:
            self.stdout.write(
                f"First password: {password}\n"
                "It is shown only here. They choose their own when they first sign in."
            )
