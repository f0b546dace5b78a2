"""What is set for a connection to Books."""

from django.db import models

from connections.models import Connection


class ReferenceField(models.Model):
    """The custom field that takes our reference, and forbids duplicates.

    Attributes:
        api_name: as Books calls it, such as `cf_portal_reference`.
    """

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="books_reference"
    )
    api_name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.api_name


def reference_field(connection: Connection) -> str:
    """Return the API name of the field; empty where there is none."""
    found = ReferenceField.objects.filter(connection=connection)
    return found.values_list("api_name", flat=True).first() or ""
