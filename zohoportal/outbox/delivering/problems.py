"""What Zoho objected to in a delivery: beside the fields of its form, or in a list.

Labels come from the form, or from what the product knows of its fields; Zoho's own
names stand in the folded details only.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from connections.messages.explain import explain, is_about_the_whole
from connections.messages.field_texts import Input, field_text
from connections.services import client_for
from connections.zoho.errors import FieldProblem, Rejected, ZohoError
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.explaining import explanation
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import sender_of

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """What a page shows of a refusal beside the sentences: a way to Zoho, and details.

    `url` is where Zoho has what was to be changed; empty where that is nowhere yet.
    """

    url: str
    open_label: str
    details: tuple[tuple[str, str], ...]


def refusal_of(delivery: Delivery, form: forms.Form | None = None) -> Refusal:
    """Return what a page shows of a refused delivery beside the sentences."""
    labels = _labels(delivery, form)
    details = [tuple(row) for row in delivery.problem.get("details", ())]
    for problem in problems_of(delivery):
        place = _label(problem, labels) or ("Field" if problem.field else "Record")
        row = f" row {problem.row} {problem.column}" if problem.row else ""
        where = f"{problem.field}{row}"
        in_zohos_terms = (problem.code or problem.kind, problem.message, where)
        details.append((place, ", ".join(filter(None, in_zohos_terms))))
    sender = sender_of(delivery.kind)
    return Refusal(address_at_zoho(delivery), sender.open_label, tuple(details))


def address_at_zoho(delivery: Delivery) -> str:
    """Return where Zoho has what a delivery changes; empty if nobody can tell."""
    payload = known_payload(delivery)
    if payload is None:
        return ""
    try:
        client = client_for(delivery.connection)
    except ZohoError:
        return ""
    return sender_of(delivery.kind).at_zoho(client, payload)


def problems_of(delivery: Delivery) -> list[FieldProblem]:
    """Return Zoho's objections to single fields, as they were kept."""
    return [FieldProblem(**kept) for kept in delivery.problem.get("fields", ())]


def sentences(delivery: Delivery) -> list[str]:
    """Return Zoho's objections to single fields, for a page without the form."""
    labels = _labels(delivery)
    whose = sender_of(delivery.kind).whose
    return [
        _sentence(problem, Input(_label(problem, labels), whose=whose, labels=labels))
        for problem in problems_of(delivery)
    ]


def put_on_form(
    form: forms.Form, delivery: Delivery, gone: Collection[str] = ()
) -> None:
    """Put Zoho's objections beside the fields, the others above the form.

    `gone` are the fields whose record is not at Zoho any more.
    """
    problems = problems_of(delivery)
    judged = set(form.errors)
    for place, words in _placed(form, delivery, problems, gone):
        if place not in judged and words not in form.errors.get(place or "__all__", ()):
            form.add_error(place, words)
    if not problems or is_about_the_whole(delivery.problem.get("code", ""), problems):
        form.add_error(None, whole_words(delivery))


def whole_words(delivery: Delivery) -> str:
    """Return why Zoho refused all of it, in sentences for its author."""
    words = explanation(delivery, for_admin=delivery.person.is_admin)
    parts = filter(None, [f"{words.title}.", words.cause, words.next_step])
    return " ".join(parts)


def _placed(
    form: forms.Form,
    delivery: Delivery,
    problems: list[FieldProblem],
    gone: Collection[str],
) -> Iterator[tuple[str | None, str]]:
    """Yield the field that each sentence stands beside; None for above the form."""
    sender, labels = sender_of(delivery.kind), _labels(delivery, form)
    for problem in problems:
        ours = _name_here(delivery, problem)
        about: dict[str, Any] = {
            "whose": sender.whose,
            "labels": labels,
            "can_be_added": not sender.is_form_fixed,
        }
        if ours in form.fields:
            about |= _typed(form, ours) | {"is_gone": problem.field in gone}
            label = str(form.fields[ours].label)
            # Beside its input it needs no number of a row.
            beside = replace(problem, row=0) if problem.place else problem
            yield ours, _sentence(beside, Input(label, **about))
        else:
            elsewhere = Input(_label(problem, labels), is_here=False, **about)
            yield None, _sentence(problem, elsewhere)


def _labels(delivery: Delivery, form: forms.Form | None = None) -> Labels:
    """Return labels by Zoho's names of fields, as far as product and form know them."""
    payload, labels = known_payload(delivery), sender_of(delivery.kind).labels
    known = labels(delivery.connection, payload) if payload else {}
    if form is None:
        return known
    shown = {
        problem.field: str(form.fields[ours].label)
        for problem in problems_of(delivery)
        if (ours := _name_here(delivery, problem)) in form.fields and not problem.place
    }
    return {**known, **shown}


def _name_here(delivery: Delivery, problem: FieldProblem) -> str:
    """Return the form's name of a field that Zoho objected to."""
    if problem.place:
        return problem.place
    # A product's own fields may differ from form to form and go by Zoho's names.
    fields = sender_of(delivery.kind).fields
    return fields.get(problem.field, _last_name(problem))


def _label(problem: FieldProblem, labels: Labels) -> str:
    return labels.get(problem.field) or labels.get(_last_name(problem), "")


def _last_name(problem: FieldProblem) -> str:
    return problem.field.rpartition("/")[2]


def _sentence(problem: FieldProblem, input_: Input) -> str:
    if problem.field or problem.words:
        return field_text(problem, input_)
    words = explain(Rejected(problem.code, message=problem.message))
    return f"{words.title}. {words.cause} {words.next_step}"


def _typed(form: forms.Form, ours: str) -> dict[str, Any]:
    """Return what the form knows of a field's value, and of what kind it is."""
    field, value = form.fields[ours], form[ours].value()
    if isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list) else [value or ""]
        missing = [str(each) for each in chosen if not field.valid_value(str(each))]
        words = ", ".join(missing or map(str, chosen))
        return {"kind": "picklist", "value": words, "is_listed": not missing}
    if isinstance(field, forms.IntegerField):
        return {"kind": "double"}
    name = value.get("name") if isinstance(value, Mapping) else value
    return {"value": name if isinstance(name, str) else ""}
