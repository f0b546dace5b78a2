"""The page of every product form: from typed values to a delivery and back."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.generic import FormView
from msgspec.structs import asdict

from connections import trail
from connections.access import may, usable_or_404
from connections.messages.explain import explain
from connections.messages.facts import facts_about
from connections.messages.texts import Explanation
from connections.models import Connection
from connections.product import Feature
from connections.trail import Act
from connections.views import status
from connections.zoho.errors import PermissionMissing, ZohoError
from zohoportal.accounts.access import someone_to_ask
from zohoportal.accounts.models import User
from zohoportal.outbox import idempotency, services
from zohoportal.outbox.delivering import attached
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.explaining import explanation
from zohoportal.outbox.delivering.problems import put_on_form, refusal_of
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import REFERENCE, Delivery
from zohoportal.outbox.uploads.fields import NO_SPACE
from zohoportal.outbox.uploads.names import clean_name
from zohoportal.outbox.uploads.store import NoSpace
from zohoportal.outbox.views import kept_forms
from zohoportal.outbox.views.page import FormPage
from zohoportal.outbox.views.places import saved_since

TOO_LONG = (
    f"The form has more than {settings.FORM_CHARACTERS:,} characters in all. Nothing "
    "was sent. Shorten what is long, or attach it as a file, and send it again."
)
OLD_FORM = (
    "This form was opened more than a week ago, or not by you. See under Activity "
    "whether it was sent; if it was not, look it over and send it now."
)


class DeliveryFormView(FormView):
    """A form whose content goes to Zoho through the outbox.

    A product gives `kinds`, `feature`, `right`, form and template, and `deliver()`,
    which calls its service; `page_class` is what its template says beside the form.
    """

    kinds: tuple[str, ...]
    page_class: type[FormPage] = FormPage
    page: Any
    feature: Feature
    right = ""
    connection: Connection
    person: User

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # Nobody else gets here: signing in is the rule.
        assert isinstance(request.user, User)  # noqa: S101
        self.person = request.user
        self.connection = usable_or_404(self.person, kwargs["slug"])
        self.feature = self.needed_feature()
        if self.feature.key not in self.connection.features:
            raise Http404("The connection is not used for this")
        if not may(self.person, self.connection, self.needed_right()):
            raise PermissionDenied
        self.earlier = self._find_earlier()
        earlier = self.earlier
        is_refused = earlier and earlier.state == Delivery.State.REFUSED
        corrects = earlier.reference if earlier and is_refused else ""
        self.page = self.page_class(
            form_key=idempotency.issue(self.person, replaces=corrects),
            # Browsers do not keep the choice of files when a form comes back.
            lost_files=names_of(request.FILES),
            newer=saved_since(earlier, self.person) if earlier else None,
            is_kept=bool(kept_forms.find(request, self.person)),
        )
        if self.feature.key in self.connection.lacking:
            self.explain(PermissionMissing("OAUTH_SCOPE_MISMATCH"))

    def needed_feature(self) -> Feature:
        """Return the feature that this connection's form belongs to."""
        return self.feature

    def needed_right(self) -> str:
        """Return the right that the form asks for."""
        return self.right

    def explain(self, error: ZohoError) -> None:
        """Put the reason why the form cannot be used now on its page."""
        words = explain(
            error,
            step="read",
            zone=timezone.get_current_timezone(),
            facts=facts_about(self.connection, self.feature),
        )
        self._offer_acts(words)
        if not self.person.is_admin:
            words = words.for_staff(someone_to_ask())
        self.page.problem = words

    def _offer_acts(self, words: Explanation) -> None:
        if self.person.is_admin:
            acts = status.acts(self.connection, words)
            self.page.act, self.page.also = next(iter(acts), None), acts[1:]

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> services.Receipt:
        """Hand the form's content to the product's service."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        """Start with what was typed before the sign-in ended, or was sent earlier."""
        initial = super().get_initial() | kept_forms.find(self.request, self.person)
        payload = known_payload(self.earlier) if self.earlier else None
        return initial | (self.from_payload(payload) if payload else {})

    def _find_earlier(self) -> Delivery | None:
        """Return the delivery whose content the form is filled with, if any."""
        reference = self.request.GET.get("from", "")
        if not REFERENCE.fullmatch(reference):
            return None
        return Delivery.objects.filter(
            reference=reference,
            person=self.person,
            kind__in=self.kinds,
            connection=self.connection,
        ).first()

    def from_payload(self, payload: Any) -> dict[str, Any]:
        """Turn a kept payload back into the form's values."""
        values: dict[str, Any] = asdict(payload)
        return values

    def refused(self, form: Any, delivery: Delivery) -> Any:
        """Return the form with what Zoho objected to."""
        put_on_form(form, delivery)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "reload" in request.POST:
            self.reload()
            return self.form_invalid(self.get_form())
        return super().post(request, *args, **kwargs)

    def reload(self) -> None:
        """Have what the form is made of read anew; most forms are made of nothing."""

    def form_invalid(self, form: Any) -> HttpResponse:
        # Nothing was submitted, so the form keeps its key.
        self.page.form_key = self.request.POST.get("form_key", "")
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        idempotency_key = idempotency.read(
            self.request.POST.get("form_key", ""), self.person
        )
        if idempotency_key is None:
            form.add_error(None, OLD_FORM)
            return super().form_invalid(form)
        typed = chain.from_iterable(each for _, each in self.request.POST.lists())
        if sum(map(len, typed)) > settings.FORM_CHARACTERS:
            form.add_error(None, TOO_LONG)
            return self.form_invalid(form)
        try:
            answer = self.hand_in(idempotency_key, form)
        except NoSpace:
            form.add_error(None, NO_SPACE)
            return self.form_invalid(form)
        kept_forms.drop(self.request)
        return answer

    def hand_in(self, idempotency_key: IdempotencyKey, form: Any) -> HttpResponse:
        """Deliver the form's content; return the page that says what came of it."""
        receipt = self.deliver(idempotency_key, form)
        first = receipt.delivery
        if receipt.is_twin or not receipt.same_content:
            self.page.first, self.page.is_twin = first, receipt.is_twin
            self.page.form_key = idempotency.issue(
                self.person,
                replaces=idempotency_key.replaces,
                is_second=receipt.is_twin,
            )
            return super().form_invalid(form)
        self.note_sent(receipt)
        if receipt.is_repeat or first.state != Delivery.State.REFUSED:
            return redirect(first)
        self.page.form_key = idempotency.issue(self.person, replaces=first.reference)
        if not first.problem["fields"]:
            self._offer_acts(explanation(first))
        form = self.refused(form, first)
        self.page.refusal = refusal_of(first, form)
        return super().form_invalid(form)

    def note_sent(self, receipt: services.Receipt) -> None:
        """Put what was sent into the trail, once."""
        if not receipt.is_repeat:
            trail.record(
                Act.SENT,
                self.person,
                self.connection,
                receipt.delivery.title,
                reference=receipt.delivery.reference,
                **self.trail_details(receipt),
            )

    def trail_details(self, receipt: services.Receipt) -> dict[str, str]:  # noqa: ARG002  # most have none
        """Return what the trail keeps of it longer than the content is kept."""
        return {}

    def files_handed_in(
        self, receipts: Sequence[services.Receipt], page: str
    ) -> HttpResponse:
        """Say how files fared that were added to something, on its page."""
        for receipt in receipts:
            self.note_sent(receipt)
        made = [receipt.delivery for receipt in receipts]
        words = attached.summary(made)
        if all(each.state == Delivery.State.DONE for each in made):
            messages.success(self.request, words)
        else:
            messages.warning(self.request, f"{words} See “Files” below.")
        return redirect(page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # First, because the form is made there, and may find a problem on its way.
        context: dict[str, Any] = super().get_context_data(
            connection=self.connection, **kwargs
        )
        context["can_reload"] = _misses_a_value(context["form"])
        said: dict[str, Any] = self.page.context()
        return context | said


def _misses_a_value(form: forms.Form) -> bool:
    """Tell whether a choice was refused: the list of its values may be an old one."""
    refused = form.errors.as_data() if form.is_bound else {}
    return any(
        isinstance(form.fields.get(name), forms.ChoiceField)
        and any(error.code != "required" for error in errors)
        for name, errors in refused.items()
    )


def names_of(given: MultiValueDict) -> list[str]:
    """Return the names of all files that came, whatever their fields."""
    return [clean_name(file.name or "") for _, each in given.lists() for file in each]
