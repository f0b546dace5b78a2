"""Zoho's objection to one field, as a sentence with the field's label.

Where we know no better than Zoho, its own words stand in it, in quotes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connections.messages.texts import quoted
from connections.zoho.errors import FieldProblem

# Of these Zoho makes what it says where its code says it all.
SAYING_NOTHING = {
    *{"invalid", "duplicate", "required", "expected", "provided", "missing"},
    *{"data", "field", "not", "found", "when", "the", "is"},
}
EXPECTED = {
    "email": "an e-mail address such as name@example.com",
    "phone": "a phone number such as +44 20 7946 0777",
    "website": "a web address such as https://example.com",
    "date": "a date such as 31/12/2026",
    "datetime": "a day and a time such as 31/12/2026 17:30",
    "integer": "a whole number such as 12",
    "bigint": "a whole number such as 12",
    "double": "a number such as 1234.56",
    "currency": "a number such as 1234.56",
    "percent": "a number such as 12.5",
    "boolean": "yes or no",
}
NUMBERS = {"integer", "bigint", "double", "currency", "percent"}


@dataclass(frozen=True)
class Input:
    """What the form knows of a field that Zoho objected to.

    Attributes:
        label: what people know the field by; empty where nobody knows.
        value: what was typed into it.
        kind: Zoho's data type, as far as the form tells.
        whose: whose layout it is, such as "Your department".
        is_here: whether the form has it.
        can_be_added: whether an admin can add it to the form.
        is_listed: whether the value is one that the form offers.
        is_gone: whether Zoho was asked for the record that was chosen, and lacks it.
        labels: those of other fields, by Zoho's names.
    """

    label: str
    value: str = ""
    kind: str = ""
    whose: str = "Zoho"
    is_here: bool = True
    can_be_added: bool = True
    is_listed: bool = False
    is_gone: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    def name(self, api_name: str) -> str:
        """Return another field's label for the inside of a sentence."""
        return inside(self.labels.get(api_name, "")) or "another field"


def field_text(problem: FieldProblem, input_: Input) -> str:
    """Return Zoho's objection as a sentence, or two, with what to do."""
    if problem.words:
        return problem.words
    label = _label(problem, input_)
    words = _by_kind(problem, input_, label) or _by_values(problem, input_, label)
    if words:
        return words
    quote = f"{quoted(problem.message)} " if problem.message else ""
    return f"Zoho does not take this value for {inside(label)}. {quote}Change it."


def inside(label: str) -> str:
    """Return a label for the inside of a sentence; names of Zoho stay as they are."""
    is_name = any(letter.isupper() for letter in label[1:])
    if is_name and not label.startswith("A "):
        return label
    return f"{label[:1].lower()}{label[1:]}"


def _label(problem: FieldProblem, input_: Input) -> str:
    """Return what to call the place; a subform's row goes by its number."""
    if not problem.row:
        return input_.label or "A field that the portal does not know"
    column = input_.labels.get(f"{problem.field}.{problem.column}", "A value")
    return f"{column} in row {problem.row} of {inside(input_.label) or 'a table'}"


def _by_kind(problem: FieldProblem, input_: Input, label: str) -> str:
    """Say what kind of an objection it is, where that says it all."""
    match problem.code, problem.kind:
        case "RECORD_IN_BLUEPRINT", _:
            words = f"Zoho lets this {inside(label)} change only by its blueprint."
            return f"{words} Change it in Zoho."
        case "DEPENDENT_MISMATCH", _:
            words = f"{label} does not go with {input_.name(problem.because_of)}."
            return _with_quote(problem, words, "Change one of them.")
        case _, "missing":
            return _missing(problem, input_, label)
        case _, "too_long":
            what = "digits" if input_.kind in NUMBERS else "characters"
            words = f"{label} must be {problem.limit} {what} or fewer."
            return _with_quote(problem, words)
        case _, "duplicate":
            words = f"Zoho has this {inside(label)} already and allows it once."
            return _with_quote(problem, words)
    return ""


def _by_values(problem: FieldProblem, input_: Input, label: str) -> str:
    """Say which values Zoho takes."""
    if input_.is_gone:
        return f"{input_.value} no longer exists in Zoho. Choose another."
    if problem.bounds:
        least, most = problem.bounds
        return _with_quote(problem, f"{label} must be between {least} and {most}.")
    if problem.values:
        words = f"Zoho takes these for {inside(label)}: {', '.join(problem.values)}."
        return _with_quote(problem, words, "Choose one of them.")
    if expected := EXPECTED.get(problem.expected):
        return _with_quote(problem, f"{label} must be {expected}.")
    return _not_listed(problem, input_, label)


def _missing(problem: FieldProblem, input_: Input, label: str) -> str:
    if not input_.is_here:
        where = ", which is not on this form" if input_.label else ""
        words = f"{input_.whose} needs {inside(label)}{where}."
        admin = ", or ask your admin to add it here"
        step = f"Enter it in Zoho{admin if input_.can_be_added else ''}."
        return _with_quote(problem, words, step)
    why = f"{input_.whose} needs it."
    what = inside(label)
    others = [input_.name(each) for each in problem.among if each != problem.field]
    if others:
        what, why = " or ".join([what, *others]), "Zoho needs one of them."
    elif problem.because_of:
        why = f"Zoho needs it with {input_.name(problem.because_of)}."
    return _with_quote(problem, f"Enter {what}. {why}")


def _not_listed(problem: FieldProblem, input_: Input, label: str) -> str:
    is_chosen = {problem.expected, input_.kind} & {"picklist", "multiselectpicklist"}
    if not is_chosen or input_.is_listed:
        return ""
    if not input_.value:
        return f"Choose one of the values of {inside(label)} that Zoho has now."
    words = f"“{input_.value}” is not in Zoho's list."
    return f"Choose one of the values of {inside(label)}: {words}"


def _with_quote(problem: FieldProblem, words: str, step: str = "") -> str:
    """Add Zoho's words to ours, unless they say less."""
    said = problem.message.casefold().rstrip(".").split()
    says_nothing = SAYING_NOTHING.issuperset(said)
    own = "" if says_nothing else quoted(problem.message)
    return " ".join(filter(None, [words, own, step]))
