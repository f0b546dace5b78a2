from typing import Any

from django.core.management.base import BaseCommand

from connections import endings


class Command(BaseCommand):
    help = "Ask Zoho again to end accesses whose end it has not confirmed yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        confirmed, left = endings.revoke_pending()
        self.stdout.write(f"Zoho confirmed {confirmed}, {left} are still pending.")
