from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from connections.messages.texts import Remedy
from connections.product import Feature
from connections.views import status
from connections.zoho.errors import PermissionMissing, ZohoError
from crm import noticing, opening, services
from crm.access import CREATE, right
from crm.forms import kept_files, row_inputs
from crm.forms.file_inputs import item_of
from crm.forms.inputs import to_form
from crm.forms.record import RecordForm
from crm.schema import drift, store
from crm.schema.drawing import settings_of
from crm.schema.metadata import FILES, ROWS
from crm.schema.plans import Plan
from crm.schema.preset import FIXED_CONTACTS
from crm.taken import taken
from crm.views import lookups
from crm.views.page import PlannedPage
from zohoportal.outbox.delivering.problems import put_on_form
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.uploads.fields import NO_SPACE
from zohoportal.outbox.uploads.store import NoSpace
from zohoportal.outbox.views.form import DeliveryFormView, names_of


class PlannedFormView(DeliveryFormView):
    """A form that is made of a module's metadata."""

    form_class: type[RecordForm] = RecordForm
    page_class: type[PlannedPage] = PlannedPage
    page: PlannedPage
    module: str
    plan: Plan
    act = CREATE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.module = kwargs.get("module", "Contacts")
        super().setup(request, *args, **kwargs)
        # A form's data, once its files are kept.
        self.kept: dict[str, Any] = {}
        self.plan = self._open()

    def needed_feature(self) -> Feature:
        return services.feature_for(self.connection, self.module)

    def needed_right(self) -> str:
        return right(self.act, self.module)

    def reload(self) -> None:
        before = self.plan
        store.forget(self.connection, self.module)
        self.plan = self._open()
        self.page.drift = list(drift.changes(before, self.plan))

    def _open(self) -> Plan:
        chosen = settings_of(self.connection, self.module)
        # Others than the four are opened by an admin, and only then.
        if not chosen.is_used:
            raise Http404("The module is not used")
        try:
            found = opening.plan_of(self.connection, self.module, chosen)
        except ZohoError as error:
            return self._without_metadata(error)
        if found is None:
            raise Http404("No such module")
        if any(lack.is_permission for lack in found.lacks) and self.person.is_admin:
            self.page.wish = self._wish()
        return found

    def _wish(self) -> status.Act:
        return status.act(self.connection, Remedy.RECONNECT, status.Act.ADD_PERMISSION)

    def _without_metadata(self, error: ZohoError) -> Plan:
        """Return the usual fields of contacts, or just what was typed already."""
        typed = list(self.typed())
        if self.module == "Contacts" and FIXED_CONTACTS.fields.keys() >= set(typed):
            is_permission = isinstance(error, PermissionMissing)
            self.page.is_fixed, self.page.lacks_permission = True, is_permission
            if is_permission and self.person.is_admin:
                self.page.wish = self._wish()
            return opening.fixed_plan(self.connection)
        if self.page.problem is None:
            self.explain(error)
        self.page.is_makeshift = True
        return opening.makeshift_plan(self.connection, self.module, typed)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.plan} | self.kept

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "add-row" in request.POST:
            return self._with_row(request.POST["add-row"])
        try:
            if request.FILES:
                self.kept = kept_files.keep(self.person, self.get_form())
                self.page.lost_files = names_of(self.kept["files"])
        except NoSpace:
            form = self.get_form()
            form.add_error(None, NO_SPACE)
            return self.form_invalid(form)
        return super().post(request, *args, **kwargs)

    def _with_row(self, name: str) -> HttpResponse:
        """Return the form with one more row, as it was filled in so far."""
        form = self.get_form()
        if name in form.rows:
            self.kept = {
                "data": row_inputs.with_row(form.data, form.rows[name], form.meta(name))
            }
            form = self.get_form()
        form.leave_unjudged()
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(plan=self.plan, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if not self.page.is_makeshift:
            lookups.resolve(self.connection, form)
            kept_files.miss(self.person, form)
        is_incomplete = form.errors or self._without_place(form)
        if self.page.is_makeshift or is_incomplete:
            return self.form_invalid(form)
        return self.checked(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        told = [*self.page.drift, *self._without_place(form)]
        self.page.drift = list(dict.fromkeys(told))
        return super().form_invalid(form)

    def filled_in(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values that were sent as the form's inputs start with them."""
        known = self.plan.metadata.fields
        found: dict[str, Any] = {}
        for name in values.keys() & known.keys():
            field, value = known[name], values[name]
            if field.data_type in ROWS:
                found |= row_inputs.filled_in(field, value)
            elif field.data_type in FILES:
                found[name] = kept_files.brought_back(self.earlier, value)
            else:
                found[name] = to_form(field, value)
        return found

    def _without_place(self, form: Any) -> list[str]:
        return noticing.without_place(form, self.typed())

    def typed(self) -> dict[str, str]:
        """Return what was typed into the fields that the form says it had."""
        posted = self.request.POST
        names = posted.get("form-fields", "").split(",")
        return {
            name: value
            for name in names
            if (value := posted.get(name, "")) and not item_of(value)
        }

    def checked(self, form: Any) -> HttpResponse:
        """Go on with a form in which everything was found."""
        return super().form_valid(form)

    def refused(self, form: Any, delivery: Delivery) -> Any:
        """Show what changed at Zoho, on a form as it is now, with what was typed."""
        if not self.page.is_fixed:
            try:
                now, words = noticing.after_refusal(
                    self.connection, self.plan, form, delivery
                )
            except ZohoError:
                now, words = self.plan, []
            self.page.drift = words
            if now is not self.plan:
                self.plan = now
                form = self.get_form()
                form.is_valid()
        self.page.taken = taken(self.connection, self.plan, form, delivery)
        gone = set(lookups.gone(self.connection, self.plan, delivery))
        put_on_form(form, delivery, gone)
        return form
