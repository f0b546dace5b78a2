from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from connections import trail
from connections.access import right_or_404
from connections.models import Connection
from connections.views.explained import trouble
from connections.zoho.errors import ZohoError
from crm import services
from crm.access import SEE, right
from crm.forms import field_picker, module_choices
from crm.models import Change, ModuleSettings
from crm.schema import store
from crm.schema.drawing import plan, settings_of
from crm.schema.metadata import Metadata
from crm.schema.plans import Plan, may_hold_reference
from crm.views.common import demands
from zohoportal.accounts.access import PersonRequest, managers_only


class ModuleSettingsForm(forms.Form):
    """What an admin settles about one module; every answer is there already."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    is_used = forms.BooleanField(required=False)
    layout = forms.ChoiceField(label="Layout", help_text="New records have it.")
    shows_others = forms.BooleanField(
        label="Offer the other fields as well",
        required=False,
        help_text="Folded away under “More details”. Without this tick, staff have "
        "just the fields ticked above.",
    )
    duplicate_field = forms.ChoiceField()
    may_insert = forms.BooleanField(
        required=False,
        help_text="Staff may then create it, although there is one.",
    )
    may_lack_duplicate = forms.BooleanField(
        required=False,
        help_text="Zoho then cannot tell whether it is there already: each save makes "
        "a new one.",
    )
    reference_field = forms.ChoiceField(
        label="Field that holds the portal's reference",
        required=False,
        help_text="Where a new record has nothing else to be known by, Zoho then makes "
        "it once, even if its answer is lost. Staff do not see this field.",
    )
    runs_automation = forms.BooleanField(
        label="Run Zoho's rules",
        required=False,
        help_text="Workflows, approvals and blueprints, when something is saved here.",
    )

    def __init__(self, *args: Any, drawn: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = drawn.module.singular.lower()
        self._name("is_used", f"Staff work with {drawn.module.plural.lower()} here")
        self._name("may_insert", f"Allow another {what} with the same value")
        self._name(
            "duplicate_field", f"Field that decides whether a {what} is there already"
        )
        self._offer("layout", [(each.id, each.name) for each in drawn.metadata.layouts])
        self._offer("duplicate_field", _deciding(drawn))
        self._offer("reference_field", _holding(drawn))
        if not drawn.duplicate_field:
            del self.fields["may_insert"]
        if not drawn.duplicate_field or drawn.duplicate_field in drawn.required:
            del self.fields["may_lack_duplicate"]
        else:
            label = f"Allow a {what} without {drawn.duplicate_label}"
            self._name("may_lack_duplicate", label)

    def _name(self, name: str, label: str) -> None:
        self.fields[name].label = label

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Ask only where there is a choice."""
        if len(choices) < 2:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
        field.choices = choices
        field.error_messages["invalid_choice"] = "Choose one that Zoho has now."


def _deciding(drawn: Plan) -> list[tuple[str, str]]:
    """Return the fields that Zoho can know a record by."""
    fields = [drawn.metadata.fields[name] for name in (*drawn.fields, *drawn.unused)]
    return [
        (each.api_name, each.label)
        for each in fields
        if each.is_unique or each.api_name == drawn.duplicate_field
    ]


def _holding(drawn: Plan) -> list[tuple[str, str]]:
    """Return the fields that may hold our reference, and none of them."""
    known = drawn.metadata.fields
    fitting = [
        (name, known[name].label)
        for name in drawn.layout.fields
        if name in known and may_hold_reference(known[name])
        if name != drawn.duplicate_field
    ]
    return [("", "None"), *fitting]


@managers_only
def change(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Show and save what is settled about a module."""
    connection = right_or_404(request.user, slug, right(SEE, module))
    if services.feature_for(connection, module).key not in connection.features:
        raise Http404("The connection is not used for this")
    try:
        metadata = store.metadata_of(connection, module)
        plurals = {each.api_name: each.plural for each in store.modules_of(connection)}
    except ZohoError as error:
        return trouble(request, connection, error, services.RECORDS)
    if metadata is None:
        raise Http404("No such module")
    page = _SettingsPage(request, connection, metadata, plurals)
    return page.answer() if request.method == "POST" else page.shown(page.stored)


@managers_only
@require_POST
def seen(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Take the notices of a module's changes away."""
    connection = right_or_404(request.user, slug, right(SEE, module))
    Change.objects.filter(connection=connection, module=module).delete()
    if request.user.is_admin:
        return redirect("connections:detail", connection.pk)
    return redirect("crm:modules", connection.slug)


class _SettingsPage:
    """One request about what is settled of a module."""

    def __init__(
        self,
        request: PersonRequest,
        connection: Connection,
        metadata: Metadata,
        plurals: Mapping[str, str],
    ) -> None:
        self.request = request
        self.connection = connection
        self.metadata = metadata
        self.plurals = plurals
        self.stored = settings_of(connection, metadata.module.api_name)

    def shown(self, wanted: ModuleSettings, **more: Any) -> HttpResponse:
        """Show a choice, which need not be stored yet."""
        drawn = plan(wanted, self.metadata)
        initial = {name: getattr(wanted, name) for name in module_choices.YES_OR_NO}
        initial |= {
            "version": self.stored.version,
            "layout": drawn.layout.id,
            "duplicate_field": drawn.duplicate_field,
            "reference_field": drawn.reference_field,
        }
        changes = Change.objects.filter(
            connection=self.connection, module=drawn.module.api_name
        )
        beyond, zoho_url = demands(self.connection, drawn)
        context = {
            "connection": self.connection,
            "module": drawn.module,
            "drawn": drawn,
            "plan": drawn,
            "beyond": beyond,
            "zoho_url": zoho_url,
            "form": ModuleSettingsForm(drawn=drawn, initial=initial),
            "picker": field_picker.picker(drawn, self.plurals),
            "usual": " ".join(module_choices.usual(wanted, self.metadata)),
            "gone": field_picker.gone(wanted.fields, drawn),
            "changes": changes,
            "theirs": [],
            "said": "",
            "focus": "",
        }
        return render(self.request, "crm/settings.html", context | more)

    def answer(self) -> HttpResponse:
        """Do what a button asks for: change the choice on the page, or save it."""
        data = self.request.POST
        wanted = module_choices.posted(data, self.stored)
        for way, by in (("up", -1), ("down", 1)):
            if name := data.get(way):
                return self._moved(wanted, name, way, by)
        if data.get("act") == "usual":
            wanted.fields = []
            said = "These are the usual fields. Save the settings to have them."
            return self.shown(wanted, said=said, focus="usual")
        drawn = plan(wanted, self.metadata)
        if data.get("act") == "show" or data.get("shown") != drawn.layout.id:
            said = f"These are the fields of the layout {drawn.layout.name}."
            return self.shown(wanted, said=said, focus="show")
        form = ModuleSettingsForm(data, drawn=drawn)
        return self._saved(wanted) if form.is_valid() else self.shown(wanted, form=form)

    def _moved(
        self, wanted: ModuleSettings, name: str, way: str, by: int
    ) -> HttpResponse:
        drawn = plan(wanted, self.metadata)
        if name not in drawn.first:
            return self.shown(wanted)
        wanted.fields = field_picker.moved(drawn.first, name, by)
        place = wanted.fields.index(name) + 1
        label = self.metadata.fields[name].label
        said = f"{label} is number {place} of {len(wanted.fields)}."
        return self.shown(wanted, said=said, focus=f"{way} {name}")

    def _saved(self, wanted: ModuleSettings) -> HttpResponse:
        module = self.metadata.module
        drawn = plan(wanted, self.metadata)
        opened = int(self.request.POST["version"])
        if not module_choices.save(wanted, self.metadata, opened):
            self.stored = settings_of(self.connection, module.api_name)
            theirs = module_choices.differences(self.stored, wanted, self.metadata)
            if theirs:
                return self.shown(wanted, theirs=theirs)
        trail.changed(self.request.user, self.connection, f"form of {module.plural}")
        messages.success(self.request, f"The settings of {module.plural} were saved.")
        for sentence in field_picker.gone(wanted.fields, drawn):
            messages.warning(self.request, sentence)
        return redirect("crm:modules", self.connection.slug)
