"""People: they sign in with their e-mail address and have one role each."""

import uuid
from functools import cache
from typing import ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from zohoportal.accounts.signing_in.models import Session, SignInCount

# Django looks for all of an app's models here.
__all__ = ["Role", "Session", "SignInCount", "User", "UserManager"]


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
    MANAGER = "manager", "Manager"
    STAFF = "staff", "Staff"
    AUDITOR = "auditor", "Auditor"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its capitals."""
        return self.get(email=(username or "").strip().lower())

    def add(
        self,
        email: str,
        *,
        role: str,
        password: str | None,
        time_zone: str,
        name: str = "",
    ) -> "User":
        """Create and return a person; without a password they need another way in."""
        person = self.model(
            email=email.strip().lower(), role=role, time_zone=time_zone, name=name
        )
        # The first admin is the one who can get in when the company's sign-in is away.
        person.is_break_glass = (
            role == Role.ADMIN
            and password is not None
            and not self.filter(is_break_glass=True).exists()
        )
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
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.STAFF)
    time_zone = models.CharField(
        max_length=64, default=portal_time_zone, validators=[time_zone_exists]
    )
    is_active = models.BooleanField(default=True)
    # Signs in with a password whatever the company's directory says; one at most.
    is_break_glass = models.BooleanField(default=False)
    # Somebody else knows their password: nothing opens before it is changed.
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_break_glass"],
                condition=models.Q(is_break_glass=True),
                name="one_break_glass_admin",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_staff_member(self) -> bool:
        return self.role == Role.STAFF

    @property
    def may_manage(self) -> bool:
        """Whether they say what people may do, and how the forms look."""
        return self.role in {Role.ADMIN, Role.MANAGER}

    @property
    def may_audit(self) -> bool:
        """Whether they read who did what, and what Zoho was asked."""
        return self.role in {Role.ADMIN, Role.AUDITOR}

    @property
    def shown_name(self) -> str:
        return self.name or self.email


class Link(models.Model):
    """A link that lets somebody in once; only a hash of its token is kept.

    `email`, `name` and `role` are those of an invitation; a link for a new password has
    its `person`.
    """

    class Kind(models.TextChoices):
        OWNER = "owner", "First account"
        INVITATION = "invitation", "Invitation"
        PASSWORD = "password", "New password"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="links"
    )
    # Who has seen it; nobody for those of the terminal.
    made_by = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="made_links"
    )
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=10, choices=Role, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # All who race for the first account queue before this one row.
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="owner"), name="one_owner_link"
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(kind="invitation", used_at=None),
                name="one_open_invitation",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(kind="password", used_at=None),
                name="one_open_password_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.person or self.email or 'nobody'}"

    @property
    def is_late(self) -> bool:
        return self.expires_at is not None and self.expires_at < timezone.now()


class LastSeen(models.Model):
    """When somebody last opened a page; apart from them, as pages change nobody."""

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="last_seen"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} at {self.at:%Y-%m-%d %H:%M}"


class ProviderProof(models.Model):
    """The provider's word for one session; without the row the session ends.

    Attributes:
        subject: whom the provider calls so.
        session: the provider's own name of the session, empty if it names none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    subject = models.CharField(max_length=255, db_index=True)
    session = models.CharField(max_length=200, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user} at {self.at:%H:%M}"
