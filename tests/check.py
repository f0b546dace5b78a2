"""`make check`: every tool that must have nothing to say, one line each."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PRODUCTION = {
    "SITE_URL": "https://portal.example.com",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "VAULT_KEYS": f"check:{secrets.token_urlsafe(32)}",
    "DATABASE_URL": "sqlite:///:memory:",
    "DEBUG": "0",
    "DEMO": "0",
    "ZOHO_SANDBOX_URL": "",
}


def main() -> None:
    """Run all checks; exit with 1 if one of them has something to say."""
    python = sys.executable
    templates = [str(path) for path in sorted(ROOT.glob("templates/**/*.html"))]
    manage = [python, "-W", "error", "manage.py"]
    checks = {
        "lint": ["ruff", "check", "--quiet", "."],
        "format": ["ruff", "format", "--check", "--quiet", "."],
        "templates": ["djade", "--check", "--target-version", "5.2", *templates],
        "types": ["mypy", "--no-error-summary", "."],
        "imports": ["lint-imports", "--no-cache"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deploy": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }
    failed = [name for name, command in checks.items() if not _passes(name, command)]
    sys.exit(f"Failed: {', '.join(failed)}" if failed else 0)


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run(
        command,
        cwd=ROOT,
        # Django's deployment check wants nothing less.
        env=os.environ | PRODUCTION | {"HSTS": "preload"},
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{name:<12}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
