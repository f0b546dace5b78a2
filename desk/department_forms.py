"""The departments and the layout that a page's form is made of."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django.http import QueryDict

from connections.models import Connection
from connections.zoho.errors import ZohoError
from desk.departments import Department, departments_of
from desk.layout_forms import LayoutForm
from desk.layouts import Layout, forget_layout, guessed_layout, layout_of

Shown = TypeVar("Shown", bound=LayoutForm)


class DepartmentForms:
    """Finds what a form needs to know of Desk; asks for each thing once a page.

    What keeps Desk from telling goes to `on_problem`, and the form is made of what
    was posted, so that it is kept.

    Attributes:
        expected: the form's names of what it has to hold in any case.
        shown: the department whose fields are on the form; empty if there is none.
    """

    def __init__(
        self,
        connection: Connection,
        posted: QueryDict,
        on_problem: Callable[[ZohoError], None],
    ) -> None:
        self._connection = connection
        self._posted = posted
        self._on_problem = on_problem
        self._layouts: dict[str, Layout] = {}
        self.expected = set(posted)
        self.shown = ""

    @cached_property
    def departments(self) -> list[Department] | None:
        """Those to choose from; None where Desk cannot tell."""
        try:
            return departments_of(self._connection)
        except ZohoError as error:
            self._on_problem(error)
            return None

    def kwargs_for(self, department: str) -> dict[str, Any]:
        """Return what a form with this department's fields is made of."""
        if self.departments is not None:
            known = [each.id for each in self.departments]
            if len(known) == 1:
                department = known[0]
            elif department not in known:
                # What was typed stays until another one is chosen.
                department = self._posted.get("shown_department", "")
        self.shown = department
        return self._kwargs(department)

    def form_before(self, form: Shown, kwargs: dict[str, Any]) -> Shown:
        """Return the posted form with the fields of another department, if it had them.

        `kwargs` are those of the form that belong to no department.
        """
        shown = self._posted.get("shown_department", "")
        if shown in ("", self.shown):
            return form
        return type(form)(**kwargs, **self._kwargs(shown))

    def forget(self) -> None:
        """Have the layout read anew: Desk refused what was made by it."""
        self._layouts.clear()
        forget_layout(self._connection, self.shown)

    def _kwargs(self, department: str) -> dict[str, Any]:
        layout = self._layout(department) if department else None
        return {"departments": self.departments, "layout": layout}

    def _layout(self, department: str) -> Layout:
        if department not in self._layouts:
            try:
                found = layout_of(self._connection, department)
            except ZohoError as error:
                self._on_problem(error)
                return guessed_layout(self.expected)
            self._layouts[department] = found
        return self._layouts[department]


def typed_into(form: LayoutForm, but: list[str]) -> dict[str, Any]:
    """Return what stands in a form's fields, but for files and some names."""
    names = form.fields.keys() - {"attachments", *but}
    return {name: form[name].value() for name in names}
