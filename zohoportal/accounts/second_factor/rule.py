"""Who needs a second factor, and who has one."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from zohoportal.accounts.models import User

_KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_HAS_ONE = "has_second_factor"
# What somebody may open to get one, or to leave.
_OPEN = frozenset(
    {
        "accounts:second_factor",
        "accounts:app",
        "accounts:confirm",
        "accounts:passkey_options",
        "accounts:passkeys",
        "accounts:sign_out",
    }
)


def factors(person: User) -> QuerySet[Authenticator]:
    """Return the person's apps and passkeys; recovery codes alone are none."""
    return Authenticator.objects.filter(user=person, type__in=_KINDS)


def opens_with_more(email: str) -> bool:
    """Tell whether an account, if there is one, opens with more than a password."""
    found = Authenticator.objects.filter(type__in=_KINDS)
    return found.filter(user__email=email.strip().lower()).exists()


def applies_to(person: User) -> bool:
    """Tell whether the person's role needs a second factor."""
    return person.role in settings.SECOND_FACTOR


def satisfied(request: HttpRequest, person: User) -> None:
    """Note that this person has a second factor, here or where they signed in."""
    request.session[_HAS_ONE] = str(person.pk)


def is_satisfied(request: HttpRequest, person: User) -> bool:
    return bool(request.session.get(_HAS_ONE) == str(person.pk))


def is_missing(request: HttpRequest) -> bool:
    """Tell whether this person has to set a second factor up before going on."""
    person = request.user
    if not isinstance(person, User) or not applies_to(person):
        return False
    if is_satisfied(request, person):
        return False
    if not factors(person).exists():
        name = request.resolver_match and request.resolver_match.view_name
        # Who has to choose a password as well does that first.
        comes_first = person.must_change_password and name == "accounts:password"
        return not (comes_first or name in _OPEN)
    satisfied(request, person)
    return False


def remove_all(person: User) -> int:
    """Take away a person's apps, passkeys and codes; return how many there were."""
    return Authenticator.objects.filter(user=person).delete()[0]
