"""Links that let somebody in once: made, recognised, used up.

The token stands behind a `#`: browsers send that part to nobody, so that it reaches no
log of a server or a proxy and no Referer. A script hands it in as a form; without one
the whole link is pasted.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from zohoportal.accounts.models import Link, User
from zohoportal.accounts.people.refusals import Refused

LIFE = timedelta(hours=72)
# What was used, or came too late, is recognised for so long.
REMEMBERED = timedelta(days=60)

Kind = Link.Kind

NOT_KNOWN = (
    "This link is not known. It may be cut short, taken back, or replaced by a newer "
    "one. Copy it again as a whole, or ask whoever sent it for a new one."
)
WAS_USED = (
    "This link was used before, and each works once. If it was you, sign in with the "
    "password that you chose. If not, tell whoever sent it, and ask for a new one."
)
IS_LATE = (
    "This link was good for 72 hours and is too old now. Ask whoever sent it for a new "
    "one."
)


def issue(kind: Kind, **about: Any) -> str:
    """Return the address of a new link about a person or an invitation.

    Raises:
        Refused: another one was made for the same at this very moment.
    """
    now = timezone.now()
    Link.objects.filter(expires_at__lt=now - REMEMBERED).delete()
    token = secrets.token_urlsafe(32)
    link = Link(kind=kind, hash=_digest(token), expires_at=now + LIFE, **about)
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "Somebody made a link for them at this very moment. Use that one, or make "
            "a new one."
        ) from error
    return f"{settings.SITE_URL}{reverse('accounts:link')}#{token}"


def recognise(pasted: str) -> Link:
    """Return the link that was opened.

    Raises:
        Refused: it does not work, or not any more.
    """
    found = Link.objects.filter(hash=_digest(pasted)).first()
    if found is None:
        raise Refused(NOT_KNOWN)
    prove_open(found)
    return found


def prove_open(link: Link) -> None:
    """See that a link still works.

    Raises:
        Refused: it was used, it is too late, or its person may not sign in any more.
    """
    is_needless = link.kind == Kind.OWNER and User.objects.exists()
    if link.used_at or is_needless:
        raise Refused(WAS_USED)
    if link.is_late:
        raise Refused(IS_LATE)
    if link.person and not link.person.is_active:
        raise Refused(
            "This account is deactivated, so that its password cannot be set. Ask an "
            "admin of this portal to reactivate it."
        )


def end_made_by(person: User) -> None:
    """End the links that somebody made for others, who has seen them."""
    person.made_links.filter(used_at=None).delete()


def use_up(link: Link) -> None:
    """Use a link up, as part of the transaction that does what it is for.

    Raises:
        Refused: somebody was faster, or it was taken back meanwhile.
    """
    this = Link.objects.filter(pk=link.pk, used_at=None)
    if not this.update(used_at=timezone.now()):
        raise Refused(WAS_USED)


def _digest(pasted: str) -> str:
    """Return what is kept of a token, or of a whole link that ends in it."""
    token = pasted.strip().rpartition("#")[2]
    return hashlib.sha256(token.encode()).hexdigest()
