"""What an admin chooses for a module: read from the page, compared, stored."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.http import QueryDict

from crm.models import ModuleSettings
from crm.schema.drawing import plan, preset
from crm.schema.metadata import Metadata

YES_OR_NO = {
    "is_used": "Staff work with it here",
    "shows_others": "The other fields are offered too",
    "may_insert": "Another record with the same value is allowed",
    "may_lack_duplicate": "What decides about duplicates may stay empty",
    "runs_automation": "Zoho's rules run",
}


def posted(data: QueryDict, stored: ModuleSettings) -> ModuleSettings:
    """Return what a page that was sent asks for; it is not stored yet."""
    names = list(dict.fromkeys(data.getlist("picked")))
    # What was shown as the usual fields, and left so, stays no choice of its own.
    is_usual = names == data.get("usual", "").split()
    return ModuleSettings(
        connection=stored.connection,
        module=stored.module,
        layout=data.get("layout", stored.layout),
        duplicate_field=data.get("duplicate_field", stored.duplicate_field),
        reference_field=data.get("reference_field", stored.reference_field),
        fields=[] if is_usual else names,
        **{name: bool(data.get(name)) for name in YES_OR_NO},
    )


def usual(wanted: ModuleSettings, metadata: Metadata) -> list[str]:
    """Return the fields that the form has where no admin chose any."""
    preset = ModuleSettings(
        module=wanted.module,
        layout=wanted.layout,
        duplicate_field=wanted.duplicate_field,
    )
    return list(plan(preset, metadata).first)


def save(wanted: ModuleSettings, metadata: Metadata, opened: int) -> bool:
    """Store a choice, unless somebody else stored one since version `opened`.

    Without fields of its own it goes on following the preset.
    """
    drawn = plan(wanted, metadata)
    answers = {name: getattr(wanted, name) for name in YES_OR_NO}
    answers |= {
        "layout": drawn.layout.id,
        "duplicate_field": drawn.duplicate_field,
        "reference_field": drawn.reference_field,
        "fields": drawn.first if wanted.fields else [],
    }
    place = {"connection": wanted.connection, "module": wanted.module}
    start = preset(wanted.connection, wanted.module).is_used
    ModuleSettings.objects.get_or_create(**place, defaults={"is_used": start})
    kept = ModuleSettings.objects.filter(**place, version=opened)
    return bool(kept.update(**answers, version=F("version") + 1))


def differences(
    theirs: ModuleSettings, mine: ModuleSettings, metadata: Metadata
) -> list[str]:
    """Return what somebody else stored where `mine` has something else."""
    old, new = _told(theirs, metadata), _told(mine, metadata)
    return [
        f"{label}: “{old[label]}” was saved, you have “{new[label]}”."
        for label in old
        if old[label] != new[label]
    ]


def _told(choice: ModuleSettings, metadata: Metadata) -> Mapping[str, Any]:
    drawn = plan(choice, metadata)
    told = {
        label: "Yes" if getattr(choice, name) else "No"
        for name, label in YES_OR_NO.items()
    }
    return told | {
        "Layout": drawn.layout.name,
        "Fields": ", ".join(metadata.fields[name].label for name in drawn.first),
        "Field that decides about duplicates": drawn.duplicate_label,
        "Field for our reference": drawn.reference_label,
    }
