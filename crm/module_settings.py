from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from connections import trail
from connections.access import usable_or_404
from connections.models import Connection
from connections.zoho.errors import ZohoError
from crm import reading, services
from crm.metadata import Metadata
from crm.models import Change, ModuleSettings
from crm.pages import trouble
from crm.plans import Plan, is_writable, plan, settings_of
from zohoportal.accounts.access import PersonRequest, admins_only


class ModuleSettingsForm(forms.Form):
    """What an admin settles about one module; every answer is there already."""

    is_used = forms.BooleanField(label="Staff work with it here", required=False)
    layout = forms.ChoiceField(label="Layout of new records", required=False)
    fields_first = forms.CharField(
        label="Fields that stand on top of the form",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="One a line, in this order, by the API name. The others are under "
        "“More details”. Leave it empty for a sensible order.",
    )
    duplicate_field = forms.ChoiceField(
        label="Field that decides whether a record is there already",
        required=False,
        help_text="If a record has the same value, it is updated.",
    )
    runs_automation = forms.BooleanField(
        label="Run Zoho's automation",
        required=False,
        help_text="Workflows, approvals and blueprints, when something is saved here.",
    )
    may_insert = forms.BooleanField(
        label="Allow another record with the same value",
        required=False,
        help_text="The preview then offers to create it although there is one.",
    )

    def __init__(
        self, *args: Any, metadata: Metadata, drawn: Plan, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = {
            each.api_name for each in metadata.fields.values() if is_writable(each)
        }
        layouts = [(each.id, each.name) for each in metadata.layouts]
        unique = [
            each
            for each in metadata.fields.values()
            if each.api_name in self._known
            and (each.is_unique or each.api_name == drawn.duplicate_field)
        ]
        self._offer("layout", layouts)
        self._offer("duplicate_field", [(each.api_name, each.label) for each in unique])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
        field.choices = choices

    def clean_fields_first(self) -> list[str]:
        typed: str = self.cleaned_data["fields_first"]
        names = list(dict.fromkeys(typed.split()))
        unknown = [name for name in names if name not in self._known]
        if unknown:
            raise forms.ValidationError(
                f"Staff cannot fill in {', '.join(unknown[:5])}. "
                "Use the API names of fields that can be written."
            )
        return names


@admins_only
def change(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Show and save what is settled about a module."""
    connection = usable_or_404(request.user, slug)
    if services.feature_for(connection, module).key not in connection.features:
        raise Http404("The connection is not used for this")
    try:
        metadata = reading.metadata_of(connection, module)
    except ZohoError as error:
        return trouble(request, connection, error)
    if metadata is None:
        raise Http404("No such module")
    chosen = settings_of(connection, module)
    drawn = plan(chosen, metadata)
    # Nothing ticked is an answer too, so an empty POST counts.
    posted = request.POST if request.method == "POST" else None
    form = ModuleSettingsForm(
        posted, metadata=metadata, drawn=drawn, initial=_initial(chosen, drawn)
    )
    if form.is_valid():
        _save(connection, module, form.cleaned_data)
        trail.changed(request.user, connection, f"form of {metadata.module.plural}")
        messages.success(
            request, f"The settings of {metadata.module.plural} were saved."
        )
        return redirect("crm:modules", slug)
    context = {
        "connection": connection,
        "form": form,
        "module": metadata.module,
        "changes": Change.objects.filter(connection=connection, module=module),
        "writable": [each for each in metadata.fields.values() if is_writable(each)],
    }
    return render(request, "crm/settings.html", context)


def _initial(chosen: ModuleSettings, drawn: Plan) -> dict[str, Any]:
    return {
        "is_used": chosen.is_used,
        "layout": drawn.layout.id,
        "fields_first": "\n".join(drawn.first),
        "duplicate_field": drawn.duplicate_field,
        "runs_automation": chosen.runs_automation,
        "may_insert": chosen.may_insert,
    }


def _save(connection: Connection, module: str, answers: dict[str, Any]) -> None:
    ModuleSettings.objects.update_or_create(
        connection=connection,
        module=module,
        defaults={
            "is_used": answers["is_used"],
            "layout": answers["layout"],
            "fields": answers["fields_first"],
            "duplicate_field": answers["duplicate_field"],
            "runs_automation": answers["runs_automation"],
            "may_insert": answers["may_insert"],
        },
    )
