from argparse import ArgumentParser
from typing import Any

from zohoportal.accounts.models import Role, User
from zohoportal.accounts.people import changes
from zohoportal.accounts.people.command import PersonCommand


class Command(PersonCommand):
    help = "Give somebody another name or role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--name")

    def act(self, person: User, **options: Any) -> str:
        name, role = options["name"], options["role"]
        changed = changes.change(
            person,
            name=person.name if name is None else name,
            role=role or person.role,
            by=None,
        )
        return f"{person.email} was {'changed' if changed else 'like that already'}."
