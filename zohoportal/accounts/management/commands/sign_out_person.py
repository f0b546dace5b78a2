from typing import Any

from zohoportal.accounts.models import User
from zohoportal.accounts.people import changes
from zohoportal.accounts.people.command import PersonCommand


class Command(PersonCommand):
    help = "End everything that somebody has open, on all devices."

    def act(self, person: User, **_options: Any) -> str:
        changes.sign_out(person, by=None)
        return f"{person.email} is signed out everywhere."
