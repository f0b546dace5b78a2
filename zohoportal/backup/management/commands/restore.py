from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from zohoportal.backup import archive
from zohoportal.backup.dumps import BackupError
from zohoportal.run.guards.start import prove_ready


class Command(BaseCommand):
    help = "Put a backup into an empty database; what may have been sent is held."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file that `backup` wrote")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["path"].absolute()
        try:
            held = archive.restore(path)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path} was restored. Everybody has to sign in anew.")
        if held:
            self.stdout.write(
                f"{held} forms may have been sent since the backup was made. They are "
                "held: an admin sees on the first page what happens with them, and "
                "lets them go."
            )
        try:
            prove_ready()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
