"""Who may open a page: signing in is the rule, some pages are for admins only."""

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


def admins_only(view: View) -> View:
    """Let admins through; everybody else gets our 403."""

    @wraps(view)
    def guarded(
        request: PersonRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if not request.user.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def someone_to_ask() -> str:
    """Return the address of an admin, for "ask {admin}"."""
    admin = User.objects.admins().first()
    return admin.email if admin else "the person who runs this portal"
