"""Invitations: who is asked to join, as what, and how they become people."""

import logging
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from zohoportal.accounts.models import Link, User
from zohoportal.accounts.people import links, trail
from zohoportal.accounts.people.refusals import Refused

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A new link, shown once; `is_mailed` is None where no mail is set up."""

    address: str
    email: str
    is_mailed: bool | None


def waiting() -> QuerySet[Link]:
    """Return the invitations that can be accepted, or could until lately."""
    rows = Link.objects.filter(kind=Link.Kind.INVITATION, used_at=None)
    return rows.order_by("email")


def invite(email: str, *, name: str, role: str, by: User | None) -> Sent:
    """Ask somebody to join; a link that they had before ends.

    Raises:
        Refused: they are there already.
    """
    email = email.strip().lower()
    there = User.objects.filter(email=email).first()
    if there:
        raise Refused(
            f"{email} has an account here already. "
            + ("Change their role instead." if there.is_active else "Reactivate it.")
        )
    with transaction.atomic():
        Link.objects.filter(
            kind=Link.Kind.INVITATION, email=email, used_at=None
        ).delete()
        address = links.issue(
            Link.Kind.INVITATION, made_by=by, email=email, name=name, role=role
        )
        trail.record(trail.Act.INVITED, by, email, role=role)
    return Sent(address, email, _mail(email, address, by))


def take_back(invitation: Link, *, by: User | None) -> bool:
    """End an invitation; return whether it was still open."""
    with transaction.atomic():
        ended, _ = Link.objects.filter(pk=invitation.pk, used_at=None).delete()
        if ended:
            trail.record(trail.Act.TOOK_BACK, by, invitation.email)
    return bool(ended)


def accept(invitation: Link, *, name: str, password: str, time_zone: str) -> User:
    """Use an invitation up, and return the person that it made.

    Raises:
        Refused: somebody was faster, or the address has an account by now.
        ValidationError: the person makes no sense.
    """
    try:
        with transaction.atomic():
            links.use_up(invitation)
            person = User.objects.add(
                invitation.email,
                role=invitation.role,
                password=password,
                time_zone=time_zone,
                name=name,
            )
            trail.record(trail.Act.JOINED, person, person.email, role=invitation.role)
    except IntegrityError as error:
        raise Refused(links.WAS_USED) from error
    return person


def _mail(email: str, address: str, by: User | None) -> bool | None:
    if not settings.EMAIL_IS_SET:
        return None
    who = by.shown_name if by else "The person who runs it"
    until = timezone.now() + links.LIFE
    try:
        send_mail(
            "Your invitation to Zoho Portal",
            f"{' '.join(who.split())} invites you to Zoho Portal at "
            f"{settings.SITE_URL}.\n\nOpen this link and choose a password:\n{address}"
            f"\n\nIt works once, until {until:%-d %B %Y, %H:%M} UTC. If you did not "
            "expect it, you can leave it alone.\n",
            None,
            [email],
        )
    except (OSError, SMTPException) as error:
        logger.warning("mail not sent", extra={"error": type(error).__name__})
        return False
    return True
