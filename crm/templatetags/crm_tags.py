"""What the templates of records ask of a form's fields."""

from django import template
from django.forms import BoundField

from crm.forms import RecordForm

register = template.Library()


@register.filter
def offered(form: RecordForm, field: BoundField) -> list[tuple[str, str]]:
    """Return the records to choose from for a lookup, by id and name."""
    return form.found.get(field.name, [])


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
