"""The page of every product form: from typed values to a delivery and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from connections import status, trail
from connections.access import usable_or_404
from connections.facts import facts_about
from connections.features import Feature
from connections.models import Connection
from connections.trail import Act
from connections.zoho.errors import FieldProblem, PermissionMissing, ZohoError
from connections.zoho.explain import explain, field_text
from connections.zoho.texts import Explanation
from zohoportal.accounts.access import someone_to_ask
from zohoportal.accounts.models import User
from zohoportal.outbox import attached, form_keys, kept_forms, services
from zohoportal.outbox.explaining import explanation
from zohoportal.outbox.file_fields import NO_SPACE
from zohoportal.outbox.file_names import clean_name
from zohoportal.outbox.files import NoSpace
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import REFERENCE, Delivery
from zohoportal.outbox.senders import sender_of


class DeliveryFormView(FormView):
    """A form whose content goes to Zoho through the outbox.

    A product gives `kinds`, `feature`, form and template, and `deliver()`, which calls
    its service.
    """

    kinds: tuple[str, ...]
    feature: Feature
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
        self.extra: dict[str, Any] = {
            "form_key": form_keys.issue(self.person, replaces=self._corrects()),
            "first": None,
            "is_twin": False,
            "problem": None,
            "act": None,
            "also": [],
            # Browsers do not keep the choice of files when a form comes back.
            "lost_files": [clean_name(file.name or "") for file in given(request)],
            "is_kept": bool(kept_forms.find(request, self.person)),
        }
        if self.feature.key in self.connection.lacking:
            self.explain(PermissionMissing("OAUTH_SCOPE_MISMATCH"))

    def needed_feature(self) -> Feature:
        """Return the feature that this connection's form belongs to."""
        return self.feature

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
        self.extra["problem"] = words

    def _offer_acts(self, words: Explanation) -> None:
        if self.person.is_admin:
            acts = status.acts(self.connection, words)
            self.extra |= {"act": next(iter(acts), None), "also": acts[1:]}

    def deliver(self, form_key: FormKey, form: Any) -> services.Receipt:
        """Hand the form's content to the product's service."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        """Start with what was typed before the sign-in ended, or was sent earlier."""
        initial = super().get_initial() | kept_forms.find(self.request, self.person)
        earlier = self.earlier
        return initial | (self.from_payload(earlier.payload) if earlier else {})

    @cached_property
    def earlier(self) -> Delivery | None:
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

    def _corrects(self) -> str:
        earlier = self.earlier
        is_refused = earlier and earlier.state == Delivery.State.REFUSED
        return earlier.reference if earlier and is_refused else ""

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Turn a kept payload back into the form's values."""
        return payload

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
        self.extra["form_key"] = self.request.POST.get("form_key", "")
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        form_key = form_keys.read(self.request.POST.get("form_key", ""), self.person)
        if form_key is None:
            form.add_error(
                None, "This form was not opened by you. Look it over and send it now."
            )
            return super().form_invalid(form)
        try:
            answer = self.hand_in(form_key, form)
        except NoSpace:
            form.add_error(None, NO_SPACE)
            return self.form_invalid(form)
        kept_forms.drop(self.request)
        return answer

    def hand_in(self, form_key: FormKey, form: Any) -> HttpResponse:
        """Deliver the form's content; return the page that says what came of it."""
        receipt = self.deliver(form_key, form)
        first = receipt.delivery
        if receipt.is_twin or not receipt.same_content:
            self.extra |= {"first": first, "is_twin": receipt.is_twin}
            self.extra["form_key"] = form_keys.issue(
                self.person, replaces=form_key.replaces, is_second=receipt.is_twin
            )
            return super().form_invalid(form)
        self.note_sent(receipt)
        if receipt.is_repeat or first.state != Delivery.State.REFUSED:
            return redirect(first)
        self.extra["form_key"] = form_keys.issue(self.person, replaces=first.reference)
        if not first.problem["fields"]:
            self._offer_acts(explanation(first))
        return super().form_invalid(self.refused(form, first))

    def note_sent(self, receipt: services.Receipt) -> None:
        """Put what was sent into the trail, once."""
        if not receipt.is_repeat:
            trail.record(
                Act.SENT,
                self.person,
                self.connection,
                receipt.delivery.title,
                reference=receipt.delivery.reference,
            )

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
        context = super().get_context_data(connection=self.connection, **kwargs)
        return context | self.extra | {"can_reload": _misses_a_value(context["form"])}


def _misses_a_value(form: forms.Form) -> bool:
    """Tell whether a choice was refused: the list of its values may be an old one."""
    refused = form.errors.as_data() if form.is_bound else {}
    return any(
        isinstance(form.fields.get(name), forms.ChoiceField)
        and any(error.code != "required" for error in errors)
        for name, errors in refused.items()
    )


def given(request: HttpRequest) -> list[UploadedFile]:
    """Return all files of a request, whatever their fields."""
    return [file for _, files in request.FILES.lists() for file in files]


def put_on_form(
    form: forms.Form, delivery: Delivery, labels: Mapping[str, str] | None = None
) -> None:
    """Put Zoho's objections beside the fields, the others above the form.

    `labels` are Zoho's own for fields that are not on the form.
    """
    sender = sender_of(delivery.kind)
    problems = [FieldProblem(**field) for field in delivery.problem["fields"]]
    for problem in problems:
        # A product's own fields may differ from form to form and go by Zoho's names.
        ours = sender.fields.get(problem.field, problem.field.rpartition("/")[2])
        if ours in form.errors:
            continue
        if ours in form.fields:
            label = str(form.fields[ours].label)
            known = _with_kind(problem, form.fields[ours])
            about = {"whose": sender.whose, "value": _typed(form, ours)}
            form.add_error(ours, field_text(known, label, **about))
        else:
            label = (labels or {}).get(problem.field, problem.field)
            form.add_error(None, field_text(problem, label, whose=sender.whose))
    if not problems:
        words = explanation(delivery, for_admin=delivery.person.is_admin)
        sentences = filter(None, [f"{words.title}.", words.cause, words.next_step])
        form.add_error(None, " ".join(sentences))


def _with_kind(problem: FieldProblem, field: forms.Field) -> FieldProblem:
    """Say what kind of value it is where Zoho does not, and the form knows."""
    is_invalid = problem.kind == "invalid" and not problem.expected
    if problem.kind == "invalid" and hasattr(field, "target"):
        return replace(problem, expected="lookup")
    if is_invalid and isinstance(field, forms.ChoiceField):
        return replace(problem, expected="picklist")
    return problem


def _typed(form: forms.Form, name: str) -> str:
    value = form[name].value()
    return value if isinstance(value, str) else ""
