"""The part of a form that a department's layout decides about."""

from collections.abc import Iterator
from typing import Any

from django import forms

from connections.zoho import shapes
from desk.forms.inputs import (
    KINDS,
    dependent_field_for,
    field_for,
    from_desk,
    to_desk,
    with_input,
)
from desk.zoho.departments import Department
from desk.zoho.fields import form_name
from desk.zoho.layouts import Field, Layout

# On the form anyway, or of no use on a new ticket.
GIVEN = {"departmentId", "contactId", "subject", "description"}
ELSEWHERE = GIVEN | {"accountId"}
LATER = {"resolution"}
# Filled in by Desk from the contact, unless the layout insists.
OF_THE_CONTACT = {"email", "phone"}
TEXTS = {"Text", "Textarea", "LargeText"}
NO_DEPARTMENTS = (
    "The departments are not known at the moment. Press “Ask Zoho again”; what you "
    "typed stays."
)


class LayoutForm(forms.Form):
    """A department, a text for it, and what its layout asks for.

    `departments` is None where Zoho could not be asked for them, `layout` while no
    department is chosen.
    """

    department = forms.ChoiceField(
        label="Department",
        help_text="Those that the connected Zoho user may not see in Zoho Desk are not "
        "listed.",
        error_messages={
            "required": "Choose the department.",
            "invalid_choice": "This department is not there any more, or the connected "
            "Zoho user may not see it. Choose another.",
        },
    )
    subject = forms.CharField(
        label="Subject",
        max_length=255,
        error_messages={"required": "Enter the subject."},
    )
    description = forms.CharField(
        label="Description",
        max_length=60_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    no_department = "Choose a department"
    # Fields of a layout that have no place on this form, by Desk's names.
    not_here: frozenset[str] = frozenset()

    def __init__(
        self,
        *args: Any,
        departments: list[Department] | None,
        layout: Layout | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout or Layout()
        self.departments = departments
        self.only_department: Department | None = None
        self._own: dict[str, Field] = {}
        self._offer(departments)
        for field in self.layout.fields:
            self._add(field)

    def _offer(self, departments: list[Department] | None) -> None:
        field = self.fields["department"]
        if departments is None:
            typed = shapes.identifier(self["department"].value())
            chosen = "The department you chose" if typed else "Not known at the moment"
            field.choices = [(typed, chosen)]  # type: ignore[attr-defined]  # a choice field
            field.error_messages["required"] = NO_DEPARTMENTS
            return
        rows = [(row.id, row.name) for row in departments]
        field.choices = [("", self.no_department), *rows]  # type: ignore[attr-defined]  # a choice field
        if len(rows) == 1:
            self.only_department = departments[0]
            del self.fields["department"]

    @property
    def department_name(self) -> str:
        """Return what the chosen department is called."""
        if self.only_department:
            return self.only_department.name
        names = dict(self.fields["department"].choices)  # type: ignore[attr-defined]  # a choice field
        return str(names.get(self["department"].value(), "The department"))

    def _add(self, field: Field) -> None:
        if field.name == "description":
            self.fields["description"].required = field.is_demanded
        name = form_name(field.name)
        if not self._asks(field) or field.kind not in KINDS:
            return
        dependency = self.layout.dependency_of(field.name)
        if not dependency:
            field = with_input(field)
        made = (
            dependent_field_for(field, self.department_name, dependency)
            if dependency
            else field_for(field, self.department_name)
        )
        if dependency:
            parent = form_name(dependency.parent)
            made.widget.attrs["data-depends-on"] = f"id_{parent}"
        self.fields[name] = made
        self._own[name] = field

    def offers(self, department: str) -> bool:
        """Tell whether this department can be chosen; it can while nobody knows."""
        rows = self.departments
        return rows is None or any(each.id == department for each in rows)

    def texts(self) -> list[str]:
        """Return the names of the fields that hold free text."""
        own = [name for name, field in self._own.items() if field.kind in TEXTS]
        return ["subject", "description", *own]

    def demanded(self) -> list[forms.BoundField]:
        """Return the layout's fields that Desk insists on."""
        return [self[name] for name, field in self._own.items() if field.is_demanded]

    def more(self) -> list[forms.BoundField]:
        """Return the layout's other fields."""
        return [
            self[name] for name, field in self._own.items() if not field.is_demanded
        ]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the same under the names of their sections, in the layout's order."""
        found: dict[str, list[forms.BoundField]] = {}
        for bound in self.more():
            found.setdefault(self._own[bound.name].section, []).append(bound)
        return list(found.items())

    def demanded_elsewhere(self) -> list[Field]:
        """Return what Desk insists on and nobody can fill in here."""
        known = GIVEN | LATER | self.not_here
        return [
            field
            for field in self.layout.fields
            if field.is_demanded
            and field.name not in known
            and form_name(field.name) not in self.fields
        ]

    def not_supported(self) -> list[Field]:
        """Return the layout's other fields that can be filled in at Desk only."""
        return [
            field
            for field in self.layout.fields
            if self._asks(field) and field.kind not in KINDS and not field.is_demanded
        ]

    @property
    def more_is_open(self) -> bool:
        """Whether a field under "More details" has an error or a value."""
        return any(field.value() or field.errors for field in self.more())

    def clean(self) -> dict[str, Any]:
        """Mind what no field can mind alone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.only_department:
            # Whatever an older form had.
            cleaned["department"] = self.only_department.id
        self._mind_what_depends(cleaned)
        return cleaned

    def _mind_what_depends(self, cleaned: dict[str, Any]) -> None:
        for child, parent in self.misfits(cleaned):
            label = str(self.fields[parent].label)
            chosen = cleaned.get(parent) or ""
            words = f"This does not go with “{chosen}” of {label}. Choose another."
            self.add_error(child, words)

    def misfits(self, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each field with a value that does not go with another field's."""
        for each in self.layout.dependencies:
            parent, child = form_name(each.parent), form_name(each.child)
            if not values.get(child) or parent not in self.fields:
                continue
            if values[child] not in each.choices.get(values.get(parent) or "", ()):
                yield child, parent

    def left_out_by(self, other: "LayoutForm") -> list[str]:
        """Return what was typed into the layout's fields and does not fit the other."""
        if other is self:
            return []
        return [
            name
            for name in self._own
            if self[name].value() and not other.takes(name, self[name].value())
        ]

    def takes(self, name: str, value: Any) -> bool:
        """Tell whether a field of the layout takes this value."""
        if name not in self._own:
            return False
        try:
            self.fields[name].clean(value)
        except forms.ValidationError:
            return False
        return True

    def values(self) -> dict[str, str]:
        """Return what was filled in of the layout's fields, as Desk writes it."""
        found = {
            field.name: to_desk(self.cleaned_data.get(name))
            for name, field in self._own.items()
        }
        return {name: value for name, value in found.items() if value}

    def typed_values(self, values: dict[str, str]) -> Iterator[tuple[str, Any]]:
        """Return the form's values for what `values` returned earlier."""
        for name, field in self._own.items():
            if field.name in values:
                yield name, from_desk(field, values[field.name])

    def _asks(self, field: Field) -> bool:
        if field.name in ELSEWHERE | LATER | self.not_here or field.is_read_only:
            return False
        return field.name not in OF_THE_CONTACT or field.is_demanded
