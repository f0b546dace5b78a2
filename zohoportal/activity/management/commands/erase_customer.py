import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from zohoportal.activity import erasure
from zohoportal.activity.erasure import SHORTEST, Sought
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Find what the portal holds of a customer; with --yes, erase it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="an e-mail address, a name or a record number")
        parser.add_argument("--yes", action="store_true", help="erase what is found")

    def handle(self, *_args: Any, **options: Any) -> None:
        sought = Sought(options["who"])
        if len(sought.text) < SHORTEST:
            raise CommandError(f"Give {SHORTEST} characters or more.")
        self._say_found(sought)
        if not options["yes"]:
            self.stdout.write("Nothing was erased. Add --yes to erase it.")
            return
        by = f"{getpass.getuser()}, by command"
        receipt = erasure.erase(sought, person_id="", person_name=by)
        self.stdout.write(
            f"Erased: {receipt.facts or 'nothing'}.\n"
            f"Receipt {receipt.target}, {receipt}, {receipt.person_name}.\n"
            "Records at Zoho, backups made before now and the server's logs still "
            "have what they had."
        )

    def _say_found(self, sought: Sought) -> None:
        for what, found in erasure.find(sought).items():
            self.stdout.write(f"{what}: {len(found.rows)}")
            for row in found.rows:
                self.stdout.write(f"  {row.name}")
            for row in found.still_open:
                self.stdout.write(f"  {row.name}: open still, not erased")
