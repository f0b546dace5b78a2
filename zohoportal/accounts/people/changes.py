"""What is done to somebody's account, by an admin, the operator, or themselves."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from zohoportal.accounts import sessions
from zohoportal.accounts.models import Link, Role, User
from zohoportal.accounts.people import belongings, links, trail
from zohoportal.accounts.people.refusals import Refused

Act = trail.Act


def change(
    person: User, *, name: str, role: str, by: User | trail.Directory | None
) -> bool:
    """Give a person this name and role; return whether anything was changed.

    Whose role changes is signed out, and the links that they made end: both belong to
    the role before.

    Raises:
        Refused: nobody would be an admin any more.
    """
    with transaction.atomic():
        this = _locked(person)
        before = {"name": this.name, "role": this.role}
        if before == {"name": name, "role": role}:
            return False
        if role != Role.ADMIN:
            _leave_an_admin(this)
        this.name, this.role = name, role
        this.save(update_fields=["name", "role"])
        if role != before["role"]:
            # They have seen links that open more than their new role.
            links.end_made_by(this)
            sessions.end_all(this)
            trail.record(Act.CHANGED, by, this.email, was=before["role"], role=role)
        if name != before["name"]:
            trail.record(Act.CHANGED, by, this.email, name=name)
    return True


def deactivate(person: User, *, by: User | None) -> bool:
    """Let a person in no more, at once; return whether they could come in before.

    The links that they made for others end as well.

    Raises:
        Refused: nobody would be an admin any more.
    """
    with transaction.atomic():
        this = _locked(person)
        if not this.is_active:
            return False
        _leave_an_admin(this)
        this.is_active = False
        this.save(update_fields=["is_active"])
        this.links.filter(used_at=None).delete()
        links.end_made_by(this)
        sessions.end_all(this)
        trail.record(
            Act.DEACTIVATED, by, this.email, waits=belongings.how_much_waits(this)
        )
    return True


def reactivate(person: User, *, by: User | None) -> bool:
    """Let a person sign in again; return whether they could not before."""
    with transaction.atomic():
        this = _locked(person)
        if this.is_active:
            return False
        this.is_active = True
        this.save(update_fields=["is_active"])
        # None is left from before, whatever came in between.
        sessions.end_all(this)
        trail.record(Act.REACTIVATED, by, this.email)
    for each in belongings.waiting:
        each.resume(this)
    return True


def sign_out(person: User, *, by: User | None) -> None:
    """End everything a person has open, on all devices."""
    with transaction.atomic():
        sessions.end_all(person)
        trail.record(Act.SIGNED_OUT, by, person.email)


def hand_over(person: User, to: User, *, by: User | None) -> belongings.Handed:
    """Give what waits for a person to another one, as far as that one may send it.

    Raises:
        Refused: the other one cannot sign in, or has the right to none of it.
    """
    if person == to or not to.is_active:
        raise Refused("Choose somebody else who can sign in.")
    with transaction.atomic():
        parts = [each.hand_over(person, to) for each in belongings.waiting]
        count = sum(each.count for each in parts)
        handed = belongings.Handed(
            count, [name for each in parts for name in each.stays]
        )
        if count:
            trail.record(Act.HANDED_OVER, by, person.email, to=to.email, count=count)
        elif handed.stays:
            raise Refused(
                f"{to.email} does not have the right to {handed.kept}. Give them the "
                "right first, or choose somebody else."
            )
    return handed


def new_password_link(person: User, *, by: User | None) -> str:
    """Return a link with which the person sets a new password; ends one before.

    Raises:
        Refused: the person is deactivated.
    """
    if not person.is_active:
        raise Refused(f"{person.email} is deactivated. Reactivate them first.")
    with transaction.atomic():
        person.links.filter(used_at=None).delete()
        address = links.issue(Link.Kind.PASSWORD, made_by=by, person=person)
        trail.record(Act.MADE_LINK, by, person.email)
    return address


def set_password(link: Link, password: str) -> User:
    """Use a link up for a new password; ends what was open with the old one.

    Raises:
        Refused: somebody was faster.
        ValidationError: the password will not do.
    """
    with transaction.atomic():
        links.use_up(link)
        person = _locked(link.person)
        validate_password(password, person)
        person.set_password(password)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        sessions.end_all(person)
        trail.record(Act.NEW_PASSWORD, person, person.email)
    return person


def _gets_in(person: User) -> bool:
    """Tell whether somebody has a password, or an account in the directory of today."""
    if person.has_usable_password() or not settings.OIDC:
        return person.has_usable_password()
    known = SocialAccount.objects.filter(user=person, provider=settings.OIDC.issuer)
    return known.exists()


def _locked(person: User | None) -> User:
    """Return the person as they are now; all who change people go one by one."""
    assert person is not None  # noqa: S101  # a link for a password has its person
    # SQLite has one writer at a time; PostgreSQL lets the next one wait here.
    everybody = User.objects.select_for_update().order_by("pk")
    admins = {each.pk: each for each in everybody.filter(role=Role.ADMIN)}
    return admins.get(person.pk) or everybody.get(pk=person.pk)


def _leave_an_admin(person: User) -> None:
    others = User.objects.admins().exclude(pk=person.pk)
    if person.is_admin and not any(_gets_in(each) for each in others):
        raise Refused(
            f"{person.email} is the only admin who can sign in. "
            "Make somebody else an admin first."
        )
    if person.is_break_glass and settings.OIDC:
        raise Refused(
            f"{person.email} is who gets in when the company's sign-in does not work. "
            "Name another admin first, with manage.py break_glass."
        )
