from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connections.tokens import keys


class Command(BaseCommand):
    help = "Give up all sealed secrets, when their key is lost for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError(
                "This deletes all client secrets and tokens, and people's apps and "
                "recovery codes. Each connection must then be connected anew. "
                "Add --yes if the key is lost for good."
            )
        count = keys.forget_secrets()
        self.stdout.write(
            f"Done. {count} connections wait to be reconnected; everything else stays."
        )
