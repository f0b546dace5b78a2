"""The departments and the layout that a page's form is made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.http import QueryDict

from connections.zoho import shapes
from connections.zoho.errors import (
    PermissionMissing,
    ReconnectRequired,
    Rejected,
    ZohoError,
)
from desk.access import Tickets
from desk.forms.layout import LayoutForm
from desk.zoho.departments import Department, forget_departments
from desk.zoho.fields import form_name
from desk.zoho.layouts import Layout, forget_layout, layout_of
from desk.zoho.usual import usual_layout

Shown = TypeVar("Shown", bound=LayoutForm)

# What the button beside a gap says: whatever was in the way a moment ago.
ASK_AGAIN = "again"
# They do not pass by themselves.
REFUSALS = (PermissionMissing, Rejected)


class DepartmentForms:
    """Finds what a form needs to know of Desk; asks for each thing once a page.

    Where Desk does not tell its departments, or a layout, the form is made of what is
    known and of what was posted, so that it is kept, and `on_gap` is told which. Only
    the end of the connection, for `on_problem`, leaves nothing to fill in.

    Attributes:
        expected: what the form has to hold in any case, by the form's names.
        shown: the department whose fields are on the form; empty if there is none.
        is_away: whether Desk may tell another time what it did not tell now.
    """

    def __init__(
        self,
        tickets: Tickets,
        posted: QueryDict,
        on_problem: Callable[[ZohoError], None],
        on_gap: Callable[[str, ZohoError], None],
    ) -> None:
        self._tickets = tickets
        self._connection = tickets.connection
        self._posted = posted
        self._on_problem = on_problem
        self._on_gap = on_gap
        self._layouts: dict[str, Layout | None] = {}
        self._departments: list[Department] | None = None
        self._has_asked = False
        # Databases take no NUL; text fields object to it themselves.
        self.expected: dict[str, Sequence[str]] = {
            name: values
            for name, values in posted.lists()
            if "\0" not in "".join([name, *values])
        }
        self.shown = ""
        self.is_away = False
        if posted.get("show_fields") == ASK_AGAIN:
            forget_departments(self._connection)
            forget_layout(self._connection, self._named("department"))

    def _named(self, name: str) -> str:
        return shapes.identifier(self._posted.get(name))

    def load_departments(self) -> list[Department] | None:
        """Return those to choose from; None where Desk does not tell. It asks once."""
        if not self._has_asked:
            self._has_asked = True
            try:
                self._departments = self._tickets.departments()
            except ZohoError as error:
                self._note("departments", error)
        return self._departments

    def _note(self, gap: str, error: ZohoError) -> None:
        self.is_away = self.is_away or not isinstance(error, REFUSALS)
        if isinstance(error, ReconnectRequired):
            self._on_problem(error)
        else:
            self._on_gap(gap, error)

    def kwargs_for(self, department: str) -> dict[str, Any]:
        """Return what a form with this department's fields is made of."""
        departments = self.load_departments()
        if departments is not None:
            known = [each.id for each in departments]
            if len(known) == 1:
                department = known[0]
            elif department not in known:
                # What was typed stays until another one is chosen.
                department = self._named("shown_department")
        wanted = shapes.identifier(department)
        self.shown = wanted if self._tickets.has_department(wanted) else ""
        return self._kwargs(self.shown)

    def form_before(self, form: Shown, kwargs: Callable[[], dict[str, Any]]) -> Shown:
        """Return the posted form with the fields of another department, if it had them.

        `kwargs` gives those of the form that belong to no department.
        """
        shown = self._named("shown_department")
        if shown in ("", self.shown) or not self._tickets.has_department(shown):
            return form
        return type(form)(**kwargs(), **self._kwargs(shown))

    def expect(self, values: Mapping[str, str]) -> None:
        """Have these on the form in any case; they are named and written as in Desk."""
        found = {form_name(name): [value] for name, value in values.items()}
        self.expected = found | self.expected

    def forget(self) -> None:
        """Have the layout read anew: Desk refused what was made by it."""
        self._layouts.clear()
        forget_layout(self._connection, self.shown)

    def _kwargs(self, department: str) -> dict[str, Any]:
        layout = self._layout(department) if department else None
        return {"departments": self.load_departments(), "layout": layout}

    def _layout(self, department: str) -> Layout:
        if department not in self._layouts:
            self._layouts[department] = None
            try:
                self._layouts[department] = layout_of(self._connection, department)
            except ZohoError as error:
                self._note("layout", error)
        return self._layouts[department] or usual_layout(self.expected)


def typed_into(form: LayoutForm, but: list[str]) -> dict[str, Any]:
    """Return what stands in a form's fields, but for files and some names."""
    names = form.fields.keys() - {"attachments", *but}
    return {name: form[name].value() for name in names}
