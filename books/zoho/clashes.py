"""What somebody else changed since it was shown is not gone over unseen."""

from collections.abc import Mapping

from books.zoho.names import LABELS
from connections.zoho.errors import FieldProblem, Rejected

CHANGED = "changed_meanwhile"


def refuse_clashes(
    typed: Mapping[str, str],
    before: Mapping[str, str],
    now: Mapping[str, str],
    labels: Mapping[str, str],
) -> None:
    """Object to what would go over a change that its person did not see.

    Raises:
        Rejected: there is such a change.
    """
    clashing = [
        name
        for name, value in typed.items()
        if now.get(name, "") not in (before.get(name, ""), value)
    ]
    problems = [
        FieldProblem(
            name,
            "invalid",
            code=CHANGED,
            words=f"{(LABELS | dict(labels)).get(name, 'A field')} was changed to "
            f"“{now.get(name) or 'nothing'}” by somebody else meanwhile. Look it over, "
            "and send it again if yours is to stand.",
        )
        for name in clashing
    ]
    if problems:
        raise Rejected(CHANGED, fields=problems)
