from argparse import ArgumentParser
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.core.management.base import CommandError
from django.db import transaction

from zohoportal.accounts.models import User
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Say which admin can always sign in with a password, without the provider."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of an admin")

    def handle(self, *_args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = User.objects.admins().filter(email=email).first()
        if person is None:
            raise CommandError(f"No admin has the address {email}.")
        with transaction.atomic():
            User.objects.filter(is_break_glass=True).update(is_break_glass=False)
            person.is_break_glass = True
            person.save(update_fields=["is_break_glass"])
            SocialAccount.objects.filter(user=person).delete()
        self.stdout.write(f"{person.email} can always sign in with a password.")
        if not person.has_usable_password():
            self.stdout.write("They have none yet: give them one before you need it.")
