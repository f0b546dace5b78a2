"""What has to be done regularly besides sending: proofs, ends, mails, cleaning up."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from connections import services
from connections.models import Connection
from connections.setup import drafts
from connections.tokens import revocation
from zohoportal.accounts.models import User
from zohoportal.accounts.sessions import SessionStore
from zohoportal.accounts.signing_in import limits
from zohoportal.activity import services as activity
from zohoportal.outbox.delivering.contents import forget
from zohoportal.outbox.models import ENDED, Delivery
from zohoportal.outbox.uploads.store import forget_old_uploads
from zohoportal.run import disk

logger = logging.getLogger(__name__)

PROVE_EVERY = timedelta(days=1)
PROVE_AT_ONCE = 5
BATCH = 500
# A task that says it is running for so long belongs to a dead worker.
STRANDED = timedelta(hours=1)


def tell_admins() -> None:
    """Send the admins one mail for each connection that broke."""
    if not settings.EMAIL_IS_SET:
        return
    broken = Connection.objects.filter(
        state=Connection.State.RECONNECT, told_at__isnull=True
    )
    for connection in broken:
        # Marked before it is sent: who dies on the way sends no second one.
        told = Connection.objects.filter(pk=connection.pk, told_at__isnull=True)
        if told.update(told_at=timezone.now()):
            _tell(connection)


def _tell(connection: Connection) -> None:
    page = reverse("connections:detail", args=[connection.pk])
    name = " ".join(connection.name.split())
    try:
        send_mail(
            f"Zoho Portal: reconnect {name}",
            f"Zoho does not accept the connection {name} any more.\n\n"
            "What people send is kept, and goes out by itself when you have "
            f"reconnected it here:\n{settings.SITE_URL}{page}\n",
            None,
            [admin.email for admin in User.objects.admins()],
        )
    except (OSError, SMTPException) as error:
        logger.warning("mail not sent", extra={"error": type(error).__name__})
        Connection.objects.filter(pk=connection.pk).update(told_at=None)


def revoke_pending() -> None:
    """Ask Zoho again to end accesses whose end it has not confirmed."""
    revocation.revoke_pending()


def prove_idle_connections() -> None:
    """Test connections that nobody tested for a day: a grant may die silently."""
    idle = Connection.objects.filter(
        state=Connection.State.ACTIVE, checked_at__lt=timezone.now() - PROVE_EVERY
    ).select_related("client")
    for connection in idle.order_by("checked_at")[:PROVE_AT_ONCE]:
        services.test(connection)


def clean_up() -> None:
    """Delete what is not needed any more, in small batches; tell of full disks."""
    SessionStore.clear_expired()
    limits.forget_old()
    drafts.forget_old()
    activity.forget_old_calls(settings.KEEP_CALLS_DAYS)
    forget_contents()
    now = timezone.now()
    limit = now - timedelta(days=settings.KEEP_DELIVERIES_DAYS)
    # Older than anybody asks for.
    old = Delivery.objects.filter(created_at__lt=limit, state__in=ENDED)
    _delete_in_batches(old.order_by("created_at"))
    forget_old_uploads()
    _delete_in_batches(DBTaskResult.objects.finished())
    _delete_in_batches(DBTaskResult.objects.filter(started_at__lt=now - STRANDED))
    if disk.percent_used() >= disk.WARN_AT:
        logger.warning("disk fills up", extra={"percent": disk.percent_used()})


def forget_contents() -> None:
    """Delete what was typed into forms that were settled long ago."""
    days = settings.KEEP_CONTENT_DAYS
    ended = Delivery.objects.filter(
        state__in=ENDED,
        finished_at__lt=timezone.now() - timedelta(days=days),
        forgotten_at__isnull=True,
    ).order_by("finished_at")
    while rows := dict(ended.values_list("pk", "outcome")[:BATCH]):
        forget(rows, f"Content deleted after {days} days")


def _delete_in_batches(rows: models.QuerySet) -> None:
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=pks).delete()
