from typing import Any

from django import forms
from django.urls import path

from connections.product import named
from zohoportal.outbox import services
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.views.form import DeliveryFormView


class ContactForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200)


class ContactView(DeliveryFormView):
    kinds = ("books.contact",)
    feature = named("books").features[0]
    form_class = ContactForm
    template_name = "books/contact.html"

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> services.Receipt:
        return services.submit(
            kind="books.contact",
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            title=f"Customer {form.cleaned_data['name']}",
            payload=sender_of("books.contact").payload(**form.cleaned_data),
        )


app_name = "books"
urlpatterns = [path("contacts/new/", ContactView.as_view(), name="contact")]
