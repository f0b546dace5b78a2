from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zohoportal.backup import archive
from zohoportal.backup.dumps import BackupError


class Command(BaseCommand):
    help = "Write the database and the files that wait into one new file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["path"].absolute()
        try:
            archive.make(path)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{path} holds the database and the files that wait. The keys are not in "
            "it: keep .env, or VAULT_KEYS and SECRET_KEY from it, in another place."
        )
