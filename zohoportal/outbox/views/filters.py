"""What to show of the deliveries."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from connections import product
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.activity.views.filters import FilterField, FilterForm
from zohoportal.outbox import services
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.status import with_standing
from zohoportal.outbox.views import lists

State = Delivery.State

STATES = {
    "look": ("Needs a look", lists.needs_a_look),
    "waiting": ("Waiting or being sent", lists.is_on_its_way),
    "done": ("Done", lambda: Q(state=State.DONE)),
    "refused": (
        "Refused by Zoho",
        lambda: Q(state=State.REFUSED) & ~lists.is_corrected(),
    ),
    "corrected": ("Corrected", lists.is_corrected),
    "cancelled": ("Cancelled", lambda: Q(state=State.CANCELLED)),
}


class DeliveryFilter(FilterForm[QuerySet[Delivery]]):
    state = FilterField(
        "State", "All states", [(name, label) for name, (label, _) in STATES.items()]
    )
    product = FilterField("Product", "All products")
    connection_id = FilterField("Connection", "All connections")
    person_id = FilterField("Person", "Everybody")
    text = forms.CharField(
        label="Title or reference",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "type": "search"}),
    )

    def __init__(self, data: Any, person: User) -> None:
        super().__init__(data)
        self.rows = with_standing(services.visible_to(person))
        self.offer("product", ((each.key, each.name) for each in product.every()))
        self._offer_connections()
        if person.may_manage:
            sent = self.rows.filter(person=OuterRef("pk")).order_by()
            people = User.objects.filter(Exists(sent)).order_by("email")
            self.offer("person_id", people.values_list("pk", "email"))
        else:
            del self.fields["person_id"]

    def wanted(self, wishes: dict[str, str]) -> Q:
        wanted = Q()
        if state := wishes.pop("state", ""):
            wanted &= STATES[state][1]()
        if of := wishes.pop("product", ""):
            wanted &= Q(kind__startswith=f"{of}.")
        if text := wishes.pop("text", ""):
            wanted &= Q(title__icontains=text) | Q(reference__iexact=text)
        return wanted & Q(**wishes)

    def _offer_connections(self) -> None:
        """Offer those that something went through; one alone is no choice."""
        sent = self.rows.filter(connection=OuterRef("pk")).order_by()
        used = list(Connection.objects.filter(Exists(sent)))
        if len(used) > 1:
            self.offer("connection_id", ((each.pk, str(each)) for each in used))
        else:
            del self.fields["connection_id"]
