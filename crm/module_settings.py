from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from connections import trail
from connections.access import usable_or_404
from connections.models import Connection
from connections.zoho.errors import ZohoError
from crm import field_picker, module_choices, reading, services
from crm.metadata import Metadata
from crm.models import Change, ModuleSettings
from crm.pages import trouble
from crm.plans import Plan, plan, settings_of
from zohoportal.accounts.access import PersonRequest, admins_only


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
        if not drawn.duplicate_field:
            del self.fields["may_insert"]

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


@admins_only
def change(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Show and save what is settled about a module."""
    connection = usable_or_404(request.user, slug)
    if services.feature_for(connection, module).key not in connection.features:
        raise Http404("The connection is not used for this")
    try:
        metadata = reading.metadata_of(connection, module)
        plurals = {
            each.api_name: each.plural for each in reading.modules_of(connection)
        }
    except ZohoError as error:
        return trouble(request, connection, error)
    if metadata is None:
        raise Http404("No such module")
    page = _SettingsPage(request, connection, metadata, plurals)
    return page.answer() if request.method == "POST" else page.shown(page.stored)


@admins_only
@require_POST
def seen(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Take the notices of a module's changes away."""
    connection = usable_or_404(request.user, slug)
    Change.objects.filter(connection=connection, module=module).delete()
    return redirect("connections:detail", connection.pk)


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
        }
        changes = Change.objects.filter(
            connection=self.connection, module=drawn.module.api_name
        )
        context = {
            "connection": self.connection,
            "module": drawn.module,
            "drawn": drawn,
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
