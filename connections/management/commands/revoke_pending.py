from typing import Any

from connections.tokens import revocation
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = "Ask Zoho again to end accesses whose end it has not confirmed yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        confirmed, left = revocation.revoke_pending()
        self.stdout.write(f"Zoho confirmed {confirmed}, {left} are still pending.")
