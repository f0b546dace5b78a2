"""`make test-sdk`: what Zoho's own SDKs come to on the sandbox, as a table."""

import sys
import tempfile
from pathlib import Path

from tests.sdk.runs import (
    Result,
    run_node,
    run_python,
    why_no_node,
    why_no_python,
)
from tests.zoho import SandboxZoho

SDKS = {
    "Python": (why_no_python, run_python),
    "Node": (why_no_node, run_node),
}


def main() -> None:
    """Print the table; exit with 1 if something in it is not as it should be."""
    found: dict[str, list[Result]] = {}
    for name, (why_not, run) in SDKS.items():
        if reason := why_not():
            print(f"{name}: left out, {reason}")
            continue
        with SandboxZoho() as zoho, tempfile.TemporaryDirectory() as folder:
            found[name] = run(zoho, Path(folder))
    _print_table(found)
    results = [each for own in found.values() for each in own]
    sys.exit(0 if results and all(each.is_good for each in results) else 1)


def _print_table(found: dict[str, list[Result]]) -> None:
    print(f"{'operation':<26}" + "".join(f"{name:<10}" for name in found))
    results = {
        name: {each.operation: each.result for each in own}
        for name, own in found.items()
    }
    for operation in dict.fromkeys(each for own in results.values() for each in own):
        cells = [own.get(operation, "-") for own in results.values()]
        print(f"{operation:<26}" + "".join(f"{cell:<10}" for cell in cells).rstrip())
    for name, own in found.items():
        good = sum(each.is_good for each in own)
        print(f"{name}: {good} of {len(own)} operations")


if __name__ == "__main__":
    main()
