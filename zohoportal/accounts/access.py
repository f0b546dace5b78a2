"""Who may open a page: signing in is the rule, some pages are for some roles only."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zohoportal.accounts.models import User

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def _only(may_open: Callable[[User], bool]) -> Callable[[View], View]:
    """Return what lets such people through; everybody else gets our 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(
            request: PersonRequest, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            if not may_open(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


admins_only = _only(lambda person: person.is_admin)
managers_only = _only(lambda person: person.may_manage)
auditors_only = _only(lambda person: person.may_audit)


def someone_to_ask() -> str:
    """Return the address of an admin, for "ask {admin}"."""
    admin = User.objects.admins().first()
    return admin.email if admin else "the person who runs this portal"
