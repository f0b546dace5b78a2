"""The audit trail's entries about people."""

from django.contrib.auth.models import AnonymousUser

from zohoportal.accounts.models import User
from zohoportal.activity import services as activity
from zohoportal.activity.models import AuditEvent

Act = AuditEvent.Act


class Operator(AnonymousUser):
    """Whoever works at the portal's own command line."""

    def get_username(self) -> str:
        return "command line"


class Directory(AnonymousUser):
    """The company's directory, whose groups say what people are here."""

    def get_username(self) -> str:
        return "company sign-in"


def record(
    act: Act, by: User | Directory | None, whom: str, **details: str | int
) -> None:
    """Add what was done to somebody; None stands for the operator."""
    activity.record(act, by or Operator(), whom, None, "", **details)
