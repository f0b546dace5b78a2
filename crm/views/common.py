"""What the pages about records have in common: which module, and who may see it."""

from dataclasses import dataclass

from django.http import Http404

from connections.access import granted, right_or_404
from connections.models import Connection
from connections.rights import Granted
from connections.services import client_for
from crm import opening, services
from crm.access import right
from crm.schema.plans import Plan
from crm.zoho import records
from crm.zoho.search import Record
from crm.zoho.writes import link_to
from zohoportal.accounts.access import PersonRequest


@dataclass(frozen=True)
class Place:
    """A module of a connection that somebody may work with."""

    connection: Connection
    module: str
    granted: Granted

    @classmethod
    def of(cls, request: PersonRequest, slug: str, module: str, *acts: str) -> "Place":
        """Return the place for somebody who may do one of these there.

        Raises:
            Http404: it is closed, or does not exist.
            PermissionDenied: the person does not have the right.
        """
        rights = [right(act, module) for act in acts]
        connection = right_or_404(request.user, slug, *rights)
        if not services.is_open(connection, module):
            raise Http404("The module is not used")
        return cls(connection, module, granted(request.user, connection))

    def may(self, act: str) -> bool:
        """Tell whether the person may do something with its records."""
        return self.granted.has(right(act, self.module))

    def plan(self) -> Plan:
        """Return the module's plan.

        Raises:
            ZohoError: its metadata is not remembered and Zoho could not be asked.
        """
        found = opening.plan_of(self.connection, self.module)
        if found is None:
            raise Http404("No such module")
        return found

    def record(self, record_id: int) -> Record:
        """Return a record of the module.

        Raises:
            ZohoError: Zoho could not be asked.
        """
        found = records.read_record(client_for(self.connection), self.module, record_id)
        if found is None:
            raise Http404("No such record")
        return found

    def link_to(self, record_id: int) -> str:
        """Return the address of a record's page at Zoho."""
        return link_to(client_for(self.connection), self.module, str(record_id))


def demands(connection: Connection, plan: Plan) -> tuple[list[str], str]:
    """Return fields that new records need and that are not here, and where they are."""
    labels = [field.label for field in plan.beyond]
    if not labels:
        return [], ""
    return labels, link_to(client_for(connection), plan.module.api_name)
