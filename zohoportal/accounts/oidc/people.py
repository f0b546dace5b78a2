"""Who somebody from the company's directory is here, and what they may do."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from zohoportal.accounts.models import User
from zohoportal.accounts.oidc import proof, provider
from zohoportal.accounts.oidc.refusals import Refused
from zohoportal.accounts.oidc.tokens import Claims
from zohoportal.accounts.people import changes, trail
from zohoportal.accounts.people.refusals import Refused as NotDone


def belong_to_the_provider(person: User) -> bool:
    """Tell whether this person signs in at the provider, and no other way."""
    if not settings.OIDC or person.is_break_glass:
        return False
    return SocialAccount.objects.filter(
        user=person, provider=provider.ours().issuer
    ).exists()


def role_of(claims: Claims) -> str:
    """Return the role that the groups give; empty if none of them gives one."""
    groups = claims.get("groups")
    names = {groups} if isinstance(groups, str) else set(map(str, groups or ()))
    fitting = (role for group, role in provider.ours().roles if group in names)
    return next(fitting, "")


def arrive(claims: Claims) -> User:
    """Return who this is, with the role of today's groups; new people are added.

    Raises:
        Refused: they have no access, or nobody can say who they are.
    """
    account = _account(claims)
    role = role_of(claims)
    if not role:
        if account:
            proof.end_all(account.user)
        raise Refused("no_group")
    person = account.user if account else _linked(claims, role)
    if not person.is_active:
        raise Refused("closed")
    _follow(person, role)
    return person


def _follow(person: User, role: str) -> None:
    """Give a person the role of their groups, unless they have to stay an admin."""
    if person.role == role:
        return
    try:
        changes.change(person, name=person.name, role=role, by=trail.Directory())
    except NotDone:
        # Nobody else could let people in again, should a group have lost its name.
        return
    person.role = role


def _account(claims: Claims) -> Any:
    accounts = SocialAccount.objects.select_related("user")
    issuer = provider.ours().issuer
    return accounts.filter(provider=issuer, uid=str(claims["sub"])).first()


def _linked(claims: Claims, role: str) -> User:
    """Link a directory's account to the person of the same address, or to a new one."""
    try:
        return _link(claims, role)
    except (IntegrityError, ValidationError):
        # Another browser of theirs was faster: what it made is there now.
        return _link(claims, role)


@transaction.atomic
def _link(claims: Claims, role: str) -> User:
    if account := _account(claims):
        return account.user
    issuer = provider.ours().issuer
    email = _address(claims)
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.add(
            email, role=role, password=None, time_zone=settings.TIME_ZONE
        )
    elif person.is_break_glass:
        raise Refused("local_only")
    elif SocialAccount.objects.filter(user=person, provider=issuer).exists():
        raise Refused("email_taken")
    elif not person.is_active:
        raise Refused("closed")
    else:
        # From now on the directory decides; an old password would get around it.
        person.set_unusable_password()
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
    SocialAccount.objects.create(user=person, provider=issuer, uid=str(claims["sub"]))
    return person


def _address(claims: Claims) -> str:
    email = str(claims.get("email") or "").strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("no_email") from None
    # Anybody may write any address into some directories; these say who checked it.
    if True not in (claims.get("email_verified"), claims.get("xms_edov")):
        raise Refused("email_unverified")
    return email
