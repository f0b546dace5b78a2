"""What the pages about records have in common: who may see them, and trouble."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from connections import status
from connections.access import usable_or_404
from connections.facts import facts_about
from connections.models import Connection
from connections.services import client_for
from connections.status import Act
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from connections.zoho.texts import Explanation
from crm import opening, services, stored
from crm.plans import Plan, settings_of
from crm.searching import Record
from crm.senders import link_to
from zohoportal.accounts.access import PersonRequest, someone_to_ask


@dataclass(frozen=True)
class Place:
    """A module of a connection that somebody may work with."""

    connection: Connection
    module: str

    @classmethod
    def of(cls, request: PersonRequest, slug: str, module: str) -> "Place":
        """Return the place; a closed one looks like one that does not exist."""
        connection = usable_or_404(request.user, slug)
        feature = services.feature_for(connection, module)
        is_used = settings_of(connection, module).is_used
        if feature.key not in connection.features or not is_used:
            raise Http404("The module is not used")
        return cls(connection, module)

    @property
    def may_delete(self) -> bool:
        """Whether the connection was given the permission to delete."""
        return services.RECORDS.key in self.connection.features

    def plan(self) -> Plan:
        """Return the module's plan.

        Raises:
            ZohoError: its metadata is not remembered and Zoho could not be asked.
        """
        found = opening.plan_of(self.connection, self.module)
        if found is None:
            raise Http404("No such module")
        return found

    def record(self, plan: Plan, record_id: int) -> Record:
        """Return a record of the module.

        Raises:
            ZohoError: Zoho could not be asked.
        """
        found = stored.read_record(client_for(self.connection), plan, record_id)
        if found is None:
            raise Http404("No such record")
        return found

    def link_to(self, record_id: int) -> str:
        """Return the address of a record's page at Zoho."""
        return link_to(client_for(self.connection), self.module, str(record_id))


def trouble(
    request: HttpRequest, connection: Connection, error: ZohoError
) -> HttpResponse:
    """Return a page that says why Zoho could not be asked, and what to do."""
    problem, acts = explained(request, connection, error)
    context = {"connection": connection, "problem": problem}
    context |= {"act": next(iter(acts), None), "also": acts[1:]}
    return render(request, "crm/trouble.html", context)


def explained(
    request: HttpRequest, connection: Connection, error: ZohoError, feature: str = ""
) -> tuple[Explanation, list[Act]]:
    """Return why Zoho could not be asked for a feature, and an admin's ways out."""
    assert not request.user.is_anonymous  # noqa: S101  # signing in is the rule
    # Contacts have a feature of their own; no page here is about them alone.
    facts = facts_about(connection, services.feature_for(connection, ""))
    facts |= {"feature": feature} if feature else {}
    zone = timezone.get_current_timezone()
    words = explain(error, step="read", zone=zone, facts=facts)
    if not request.user.is_admin:
        return words.for_staff(someone_to_ask()), []
    return words, status.acts(connection, words)
