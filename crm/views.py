from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from connections import status
from connections.features import Feature
from connections.services import client_for
from connections.zoho.errors import PermissionMissing, ZohoError
from connections.zoho.explain import explain
from crm import drift, found, lookups, noticing, opening, preview, reading, services
from crm.fields import FIXED_CONTACTS
from crm.forms import RecordForm
from crm.plans import Plan, settings_of
from crm.searching import Record, find_same
from crm.taken import taken
from crm.values import to_form
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.pages import DeliveryFormView, put_on_form
from zohoportal.outbox.services import Receipt

# What the small script asks for, to put it into the page that is there.
FRAGMENT = "X-Fragment"


class PlannedFormView(DeliveryFormView):
    """A form that is made of a module's metadata."""

    form_class = RecordForm
    module: str
    plan: Plan

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.module = kwargs.get("module", "Contacts")
        super().setup(request, *args, **kwargs)
        self.extra |= {
            "is_fixed": False,
            "lacks_permission": False,
            "is_makeshift": False,
            "drift": [],
            "taken": None,
            "wish": None,
            "found_url": "",
        }
        self.plan = self._open()

    def needed_feature(self) -> Feature:
        return services.feature_for(self.connection, self.module)

    def reload(self) -> None:
        before = self.plan
        reading.forget(self.connection, self.module)
        self.plan = self._open()
        self.extra["drift"] = list(drift.changes(before, self.plan))

    def _open(self) -> Plan:
        if not self._is_used():
            raise Http404("The module is not used")
        try:
            found = opening.plan_of(self.connection, self.module)
        except ZohoError as error:
            return self._without_metadata(error)
        if found is None:
            raise Http404("No such module")
        return found

    def _without_metadata(self, error: ZohoError) -> Plan:
        """Return the usual fields of contacts, or just what was typed already."""
        typed = list(self._typed())
        if self.module == "Contacts" and FIXED_CONTACTS.fields.keys() >= set(typed):
            is_permission = isinstance(error, PermissionMissing)
            self.extra |= {"is_fixed": True, "lacks_permission": is_permission}
            if is_permission and self.person.is_admin:
                wish = status.act(self.connection, "reconnect", "Add permission")
                self.extra["wish"] = wish
            return opening.fixed_plan(self.connection)
        if self.extra["problem"] is None:
            self.explain(error)
        self.extra["is_makeshift"] = True
        return opening.makeshift_plan(self.connection, self.module, typed)

    def _is_used(self) -> bool:
        # Others than the four are opened by an admin, and only then.
        return settings_of(self.connection, self.module).is_used

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.plan}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(plan=self.plan, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if not self.extra["is_makeshift"]:
            lookups.resolve(self.connection, form)
        is_incomplete = form.errors or self._without_place(form)
        if self.extra["is_makeshift"] or is_incomplete:
            return self.form_invalid(form)
        return self.checked(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        told = [*self.extra["drift"], *self._without_place(form)]
        self.extra["drift"] = list(dict.fromkeys(told))
        return super().form_invalid(form)

    def _without_place(self, form: Any) -> list[str]:
        return noticing.without_place(form, self._typed())

    def _typed(self) -> dict[str, str]:
        """Return what was typed into the fields that the form says it had."""
        posted = self.request.POST
        names = posted.get("form-fields", "").split(",")
        return {name: value for name in names if (value := posted.get(name, ""))}

    def checked(self, form: Any) -> HttpResponse:
        """Go on with a form in which everything was found."""
        return super().form_valid(form)

    def refused(self, form: Any, delivery: Delivery) -> Any:
        """Show what changed at Zoho, on a form as it is now, with what was typed."""
        if not self.extra["is_fixed"]:
            try:
                now, words = noticing.after_refusal(
                    self.connection, self.plan, form, delivery
                )
            except ZohoError:
                now, words = self.plan, []
            self.extra["drift"] = words
            if now is not self.plan:
                self.plan = now
                form = self.get_form()
                form.is_valid()
        self.extra["taken"] = taken(self.connection, self.plan, form, delivery)
        put_on_form(form, delivery, labels(self.plan))
        return form


def labels(plan: Plan) -> dict[str, str]:
    return {name: field.label for name, field in plan.metadata.fields.items()}


class RecordView(PlannedFormView):
    """The form for a new record, or for one that may be there: it shows which first."""

    kinds = ("crm.record", "crm.insert")
    template_name = "crm/record.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.seen: preview.Seen | None = None
        self.extra |= {"preview": None, "seen": "", "is_found": False}
        has_metadata = not (self.extra["is_fixed"] or self.extra["is_makeshift"])
        if has_metadata and self.plan.duplicate_field:
            place = [self.connection.slug, self.module]
            self.extra["found_url"] = reverse("crm:found", args=place)

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload.get("module") != self.module:
            return {}
        known = self.plan.metadata.fields
        return {
            name: to_form(known[name], value)
            for name, value in payload["values"].items()
            if name in known
        }

    @property
    def wants_insert(self) -> bool:
        wish = bool(self.request.POST.get("insert"))
        return self.plan.may_insert and (wish or not self.plan.duplicate_field)

    def checked(self, form: Any) -> HttpResponse:
        typed = form.typed()
        token = self.request.POST.get("seen", "")
        self.seen = preview.unseal(token, typed, self.person.pk)
        if self.seen or self.extra["is_fixed"]:
            self.extra["seen"] = token
            return super().checked(form)
        shown = self._look(form, typed)
        seal = preview.seal(shown, typed, self.person.pk)
        self.extra |= {"preview": shown, "seen": seal}
        answer = self.form_invalid(form)
        if not self.request.headers.get(FRAGMENT):
            return answer
        context = self.get_context_data(form=form)
        fragment = render(self.request, "crm/preview.html", context)
        fragment[FRAGMENT] = "preview"
        return fragment

    def _look(self, form: RecordForm, typed: dict[str, Any]) -> preview.Preview:
        """Return what a save would do; Zoho's trouble is told in its place."""
        question = found.Question(self.connection, self.person, self.plan, typed)
        known = found.unseal(self.request.POST.get("found", ""), question)
        try:
            record = known.record if known else self._same(typed)
        except ZohoError as error:
            words = explain(error, step="read")
            name = preview.typed_name(self.plan, typed)
            return preview.Preview(name, trouble=words.title)
        blank = [name for name in form.fields if name not in typed]
        return preview.compare(self.plan, typed, record, blank)

    def _same(self, typed: dict[str, Any]) -> Record | None:
        return find_same(client_for(self.connection), self.plan, typed)

    def deliver(self, form_key: FormKey, form: RecordForm) -> Receipt:
        asked = self.request.POST.getlist("clear")
        typed = form.typed()
        return services.upsert_record(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            plan=self.plan,
            values=typed,
            seen=self.seen,
            clear=[
                name
                for name in asked
                if name in form.fields and name not in (*typed, *self.plan.required)
            ],
            insert=self.wants_insert,
        )
