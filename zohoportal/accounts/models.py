"""People: they sign in with their e-mail address and have one of two roles."""

import uuid
from functools import cache
from typing import ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all zones; reading them takes hundreds of files."""
    return frozenset(available_timezones())


def time_zone_exists(name: str) -> None:
    if name not in time_zones():
        raise ValidationError("Choose a time zone such as Europe/Berlin.")


def portal_time_zone() -> str:
    return str(settings.TIME_ZONE)


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    STAFF = "staff", "Staff"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its capitals."""
        return self.get(email=(username or "").strip().lower())

    def add(self, email: str, *, role: str, password: str, time_zone: str) -> "User":
        """Create and return a person."""
        person = self.model(email=email.strip().lower(), role=role, time_zone=time_zone)
        person.set_password(password)
        person.full_clean()
        person.save(using=self._db)
        return person

    def admins(self) -> models.QuerySet["User"]:
        return self.filter(role=Role.ADMIN, is_active=True).order_by("email")

    def staff(self) -> models.QuerySet["User"]:
        return self.filter(role=Role.STAFF, is_active=True).order_by("email")


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(
        "E-mail",
        unique=True,
        error_messages={
            "unique": "Somebody with this e-mail address is there already."
        },
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.STAFF)
    time_zone = models.CharField(
        max_length=64, default=portal_time_zone, validators=[time_zone_exists]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.email

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN
