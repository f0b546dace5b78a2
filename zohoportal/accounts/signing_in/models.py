"""Rows that all processes share: who is signed in where, and failed sign-ins."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string


class Session(AbstractBaseSession):
    """A browser's session; its key here is a hash of the one in the cookie.

    Whoever steals the database signs in nowhere with it.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="sessions",
    )
    device = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=45, blank=True)
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> Any:
        # The store needs this model, which Django loads first.
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class SignInCount(models.Model):
    """Failed sign-ins of one kind; `key` is a hash, and names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    # Forgotten then.
    until = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["SignInCount"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.failures} until {self.until:%Y-%m-%d %H:%M:%S}"
