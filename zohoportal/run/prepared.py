"""Queries whose SQL is made once: Django writes some for longer than they take."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql import Query, UpdateQuery


class Given(Expression):
    """Stands in a query for a value that is only known when it runs."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_args: Any, **_kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def adapted(self, values: dict[str, Any]) -> Any:
        field: Field = self.output_field
        return field.get_db_prep_value(values[self.name], connection)


class Prepared:
    """A query with `Given` values, made by `make` when it runs first.

    For statements that run for each delivery or every second, and for no others.
    """

    def __init__(
        self, make: Callable[[], QuerySet], update: dict[str, Any] | None = None
    ) -> None:
        self._make = make
        self._update = update
        self._statement: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return what it selects, as the database has it."""
        with connection.cursor() as cursor:
            self._execute(cursor, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def count(self, **values: Any) -> int:
        """Run it as an UPDATE, and return how many rows it changed."""
        with connection.cursor() as cursor:
            self._execute(cursor, values)
            changed: int = cursor.rowcount
            return changed

    def _execute(self, cursor: Any, values: dict[str, Any]) -> None:
        if self._statement is None:
            self._statement = self._written()
        sql, parameters = self._statement
        cursor.execute(
            sql,
            [
                each.adapted(values) if isinstance(each, Given) else each
                for each in parameters
            ],
        )

    def _written(self) -> tuple[str, tuple[Any, ...]]:
        query: Query = self._make().query
        if self._update is not None:
            changing: Any = query.chain(UpdateQuery)
            changing.add_update_values(self._update)
            query = changing
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        return sql, tuple(parameters)
