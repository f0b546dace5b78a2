import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from connections import services
from connections.models import Connection
from connections.views import status
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Test the connections to Zoho; exit with 1 if one of them has a problem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="only this one, as in its address")

    def handle(self, *_args: Any, **options: Any) -> None:
        connections = Connection.objects.exclude(state=Connection.State.DRAFT)
        if options["slug"]:
            connections = connections.filter(slug=options["slug"])
            if not connections:
                raise CommandError(f"There is no connection “{options['slug']}”.")
        healthy = [self._examine(item) for item in connections.select_related("client")]
        if not healthy:
            self.stdout.write("No Zoho account is connected yet.")
        sys.exit(0 if all(healthy) else 1)

    def _examine(self, connection: Connection) -> bool:
        services.test(connection)
        badge = status.badge(connection)
        self.stdout.write(f"{connection} ({connection.slug}): {badge.word}")
        for check in connection.checks:
            mark = "ok  " if check["ok"] else "FAIL"
            self.stdout.write(f"  {mark} {check['label']}: {check['text']}")
            if check["next_step"]:
                self.stdout.write(f"       {check['next_step']}")
        return badge.level in {"ok", "idle"}
