"""What ticket templates hold of a customer, for an erasure."""

from desk.models import TicketTemplate
from zohoportal.activity.erasure import Found, Holder, Row, Sought


def _templates(sought: Sought) -> list[TicketTemplate]:
    return [
        each
        for each in TicketTemplate.objects.order_by("pk")
        if sought.is_in(each.name, each.subject, each.description, each.values)
    ]


def _find(sought: Sought) -> Found:
    return Found([Row(each.name) for each in _templates(sought)])


def _erase(sought: Sought) -> int:
    found = _templates(sought)
    TicketTemplate.objects.filter(pk__in=[each.pk for each in found]).delete()
    return len(found)


TEMPLATES = Holder("ticket templates", _find, _erase)
