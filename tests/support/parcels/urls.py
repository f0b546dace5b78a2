from typing import Any

from django import forms
from django.urls import path

from connections.product import named
from zohoportal.outbox import services
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.views.form import DeliveryFormView


class ParcelForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200)


class ParcelView(DeliveryFormView):
    kinds = ("parcels.parcel",)
    feature = named("parcels").features[0]
    form_class = ParcelForm
    template_name = "parcels/parcel.html"

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> services.Receipt:
        return services.submit(
            kind="parcels.parcel",
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            title=f"Parcel {form.cleaned_data['name']}",
            payload=sender_of("parcels.parcel").payload(**form.cleaned_data),
        )


app_name = "parcels"
urlpatterns = [path("parcels/new/", ParcelView.as_view(), name="parcel")]
