"""Write a `.env` with fresh keys from `.env.example`; never over an existing one."""

import os
import secrets
import sys
from pathlib import Path

from connections.tokens.vault import new_key

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    target = ROOT / ".env"
    text = (ROOT / ".env.example").read_text()
    text = text.replace(
        "\nSECRET_KEY=\n", f"\nSECRET_KEY={secrets.token_urlsafe(50)}\n"
    )
    text = text.replace("\nVAULT_KEYS=\n", f"\nVAULT_KEYS=main:{new_key()}\n")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(".env is there already. Nothing was changed.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    print("Wrote .env. Put the portal's address into SITE_URL, then run: make run")  # noqa: T201  # a command


if __name__ == "__main__":
    main()
