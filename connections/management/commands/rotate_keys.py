import sys
from typing import Any

from connections.tokens import keys
from zohoportal.run.guards.start import ReadyCommand


class Command(ReadyCommand):
    help = (
        "Seal all secrets anew with the first key of VAULT_KEYS. Put the new key "
        "first, restart the portal, run this, then take the old key out."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        anew, unreadable = keys.rotate()
        self.stdout.write(f"Sealed anew: {anew}. Unreadable: {unreadable}.")
        if unreadable:
            self.stderr.write(
                "Keep the old keys: some secrets open with none of VAULT_KEYS. "
                "Reconnect those connections, then run this again."
            )
            sys.exit(1)
        self.stdout.write("The old keys can be taken out of VAULT_KEYS.")
