"""What staff keep of tickets that come again and again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from connections.models import Connection


class TicketTemplate(models.Model):
    """A named ticket without its contact, to begin new ones with.

    `values` are those of the department's layout, as Desk writes them; `labels` tell
    what the layout called each. `version` counts the changes.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="ticket_templates"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="ticket_templates",
    )
    name = models.CharField(max_length=80)
    is_shared = models.BooleanField(default=False)
    # Empty: chosen when the template is used.
    department = models.CharField(max_length=30, blank=True)
    department_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    labels = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = [Lower("name"), "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "connection", "owner", Lower("name"), name="one_template_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
