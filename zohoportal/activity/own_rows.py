"""What the trail and the list of calls hold of a customer, for an erasure."""

from zohoportal.activity.erasure import ERASED, Found, Holder, Row, Sought
from zohoportal.activity.models import AuditEvent, ZohoCall

ROWS = 2_000
Act = AuditEvent.Act
# Who signed in, who may do what and what was erased is not of customers, and stays.
OF_CUSTOMERS = [
    Act.SENT,
    Act.SENT_AGAIN,
    Act.SENT_FIRST,
    Act.MARKED_FOUND,
    Act.KEPT,
    Act.CANCELLED,
]


def _events(sought: Sought) -> dict[int, str]:
    theirs = AuditEvent.objects.filter(act__in=OF_CUSTOMERS)
    named = theirs.values_list("pk", "target", "details")
    return {
        pk: target
        for pk, target, details in named.iterator(ROWS)
        if sought.is_in(target, details)
    }


def _find_events(sought: Sought) -> Found:
    return Found([Row(target) for target in _events(sought).values()])


def _erase_events(sought: Sought) -> int:
    return AuditEvent.objects.filter(pk__in=list(_events(sought))).redact(ERASED)


def _calls(sought: Sought) -> dict[int, str]:
    asked = ZohoCall.objects.values_list("pk", "path")
    return {pk: path for pk, path in asked.iterator(ROWS) if sought.is_in(path)}


def _find_calls(sought: Sought) -> Found:
    return Found([Row(path) for path in _calls(sought).values()])


def _erase_calls(sought: Sought) -> int:
    return ZohoCall.objects.filter(pk__in=list(_calls(sought))).forget()


HOLDERS = (
    Holder("names in the trail", _find_events, _erase_events),
    Holder("calls to Zoho", _find_calls, _erase_calls),
)
