from typing import Any

from zohoportal.accounts.models import User
from zohoportal.accounts.people import changes
from zohoportal.accounts.people.command import PersonCommand


class Command(PersonCommand):
    help = "Print a link with which somebody sets a new password."

    def act(self, person: User, **_options: Any) -> str:
        address = changes.new_password_link(person, by=None)
        return f"The link for {person.email} works once, for 72 hours:\n\n  {address}\n"
