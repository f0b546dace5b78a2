"""What every process proves before it works: web server, worker, commands."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from zohoportal.run.durability import prove_durable
from zohoportal.run.guards.migrated import prove_migrated
from zohoportal.run.guards.private import keep_private

# What apps have to prove besides; each adds its own when it is loaded.
proofs: list[Callable[[], None]] = []


def prove_ready() -> None:
    """See that files, database and keys are as this version can work with them.

    Raises:
        ImproperlyConfigured: they are not; the text says what to do.
    """
    keep_private()
    prove_durable()
    prove_migrated()
    for prove in proofs:
        prove()


class ReadyCommand(BaseCommand):
    """A command of the portal's own, which runs only where the portal would start.

    With keys that do not fit it would take what is sealed for damaged.
    """

    def execute(self, *args: Any, **options: Any) -> str | None:
        prove_ready()
        return super().execute(*args, **options)
