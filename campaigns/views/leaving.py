"""The forms for people who want less mail, or none."""

from typing import Any

from campaigns import services
from campaigns.access import NEVER, REMOVE
from campaigns.features import UNSUBSCRIBE
from campaigns.forms.people import ListForm, NeverMailForm
from campaigns.views.lists import ListFormView
from campaigns.zoho.leaving import NEVER_MAILER, UNSUBSCRIBER
from connections.access import may
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt
from zohoportal.outbox.views.form import DeliveryFormView


class UnsubscribeView(ListFormView):
    kinds = (UNSUBSCRIBER.kind,)
    feature = UNSUBSCRIBE
    right = REMOVE
    form_class = ListForm
    template_name = "campaigns/unsubscribe.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_never_mail = may(self.person, self.connection, NEVER)
        return super().get_context_data(may_never_mail=may_never_mail, **kwargs)

    def deliver(self, idempotency_key: IdempotencyKey, form: ListForm) -> Receipt:
        return services.unsubscribe(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            mailing_list=form.cleaned_data["mailing_list"],
            email=form.cleaned_data["email"],
        )


class NeverMailView(DeliveryFormView):
    kinds = (NEVER_MAILER.kind,)
    feature = UNSUBSCRIBE
    right = NEVER
    form_class = NeverMailForm
    template_name = "campaigns/never_mail.html"

    def deliver(self, idempotency_key: IdempotencyKey, form: NeverMailForm) -> Receipt:
        return services.never_mail(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            email=form.cleaned_data["email"],
        )
