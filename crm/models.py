"""What admins settle about a connection's modules, and what changed there."""

from typing import ClassVar

from django.db import models

from connections.models import Connection


class ModuleSettings(models.Model):
    """How staff use one module; without a row the preset counts.

    An empty `layout` or `duplicate_field` and an empty list of `fields` stand for the
    preset's. `fields` come first on the form, in this order; `shows_others` puts the
    layout's others under “More details”. Each save is a new `version`.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="crm_modules"
    )
    module = models.CharField(max_length=100)
    is_used = models.BooleanField(default=True)
    layout = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(default=list)
    shows_others = models.BooleanField(default=True)
    duplicate_field = models.CharField(max_length=100, blank=True)
    runs_automation = models.BooleanField(default=True)
    may_insert = models.BooleanField(default=False)
    # Whether the field that decides about duplicates may stay empty.
    may_lack_duplicate = models.BooleanField(default=False)
    # Holds our reference, so that Zoho refuses to make the same record twice.
    reference_field = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "module"], name="one_setting_per_module"
            )
        ]

    def __str__(self) -> str:
        return f"{self.module} of {self.connection_id}"


class Change(models.Model):
    """A change of a module's metadata, until an admin has seen it."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="crm_changes"
    )
    module = models.CharField(max_length=100)
    words = models.CharField(max_length=300)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return self.words
