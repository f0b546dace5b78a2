from typing import Any

from zohoportal.accounts.models import User
from zohoportal.accounts.people import changes
from zohoportal.accounts.people.command import PersonCommand


class Command(PersonCommand):
    help = "Let somebody sign in again who was deactivated."

    def act(self, person: User, **_options: Any) -> str:
        changes.reactivate(person, by=None)
        return f"{person.email} can sign in again, with the same password as before."
