from crm import services
from crm.forms import ContactForm
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.services import Receipt


class ContactView(DeliveryFormView):
    kind = services.SENDER.kind
    feature = services.CONTACTS
    form_class = ContactForm
    template_name = "crm/contact.html"

    def deliver(self, form_key: FormKey, form: ContactForm) -> Receipt:
        return services.upsert_contact(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            **form.cleaned_data,
        )
