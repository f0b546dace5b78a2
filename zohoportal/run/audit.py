"""`make audit`: is anything bad known of what the portal is built from?

The list comes on standard input, as `uv export` writes it. Exits with 1 where something
is known, and with 2 where nobody could be asked: silence is no good news.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

UNANSWERED = 2


def main() -> None:
    """Ask; further arguments go to pip-audit, such as `--osv-url`."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text(sys.stdin.read())
        answer = subprocess.run(  # noqa: S603  # our own command line
            [
                *(sys.executable, "-m", "pip_audit", "--requirement", str(listed)),
                *("--require-hashes", "--disable-pip", "--progress-spinner", "off"),
                *("--format", "json", *sys.argv[1:]),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    code, words = judged(answer.stdout)
    print(words)  # noqa: T201  # a command
    sys.exit(code)


def judged(answer: str) -> tuple[int, str]:
    """Return the exit code and what to say of pip-audit's answer."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    known = [
        f"{each['name']} {each['version']}: {bad['id']}; {_fixed_in(bad)}"
        for each in packages
        for bad in each.get("vulns", [])
    ]
    unasked = [each["name"] for each in packages if "skip_reason" in each]
    if known:
        return 1, "\n".join(["Known of what is installed:", *known])
    if unasked or not packages:
        return UNANSWERED, (
            f"Not audited: {', '.join(unasked) or 'everything'}. The database of known "
            "vulnerabilities could not be asked. Run `make audit` where it can be "
            "reached."
        )
    return 0, f"Nothing is known of {len(packages)} packages."


def _fixed_in(bad: dict[str, Any]) -> str:
    versions = ", ".join(bad["fix_versions"])
    return f"fixed in {versions}" if versions else "not fixed yet"


if __name__ == "__main__":
    main()
