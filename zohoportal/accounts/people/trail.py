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


def record(act: Act, by: User | None, whom: str, **details: str | int) -> None:
    """Add what was done to somebody: by a person, or by the operator for None."""
    activity.record(act, by or Operator(), whom, None, "", **details)
