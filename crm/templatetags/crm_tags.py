"""What the templates of records ask of a form's fields, and of what was sent."""

from django import template
from django.forms import BoundField

from crm.forms.file_inputs import rows
from crm.forms.record import RecordForm
from crm.views import turned_out
from crm.views.turned_out import Overwritten
from crm.zoho.telling import Match
from zohoportal.outbox.models import Delivery

register = template.Library()


@register.filter
def offered(form: RecordForm, field: BoundField) -> list[Match]:
    """Return the records to choose from for a lookup."""
    return form.matches.get(field.name, [])


@register.filter
def kept_files(field: BoundField) -> list[dict[str, str]]:
    """Return the files that a field has already."""
    return rows(field.value())


@register.filter
def chosen(field: BoundField) -> str:
    """Return which record a lookup has settled on, as the form carries it."""
    value = field.value()
    return f"{value['id']}:{value['name']}" if isinstance(value, dict) else ""


@register.filter
def shown_name(field: BoundField) -> str:
    """Return the name in a lookup's input."""
    value = field.value()
    return str(value["name"] if isinstance(value, dict) else value or "")


@register.filter
def overwritten(delivery: Delivery) -> list[Overwritten]:
    """Return what was written into a record that was there, in words."""
    return turned_out.overwritten(delivery)


@register.filter
def can_be_put_back(delivery: Delivery) -> bool:
    """Tell whether a button offers what stood there before."""
    return turned_out.can_be_put_back(delivery)
