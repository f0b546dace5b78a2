"""What changes a delivery's state, and what each change leaves alone."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from django.utils import timezone

from connections.models import Connection
from tests.outbox.entries import add
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import claims, transitions
from zohoportal.outbox.delivering.transitions import Rows
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Outcome

ROOT = Path(__file__).resolve().parents[2]
# The apps that may know deliveries: no other one may import them.
APPS = ("zohoportal", "crm", "desk", "campaigns", "books")
ITS_OWN = ROOT / "zohoportal/outbox/delivering/transitions.py"
# It names the parts of an address, of which a state is one.
NO_DELIVERY = ROOT / "books/zoho/names.py"

State = Delivery.State
SOON = timezone.now() + timedelta(days=1)

# Each transition, and what may be left by it.
LEAVES: dict[str, tuple[Callable[[Rows], int], set[State]]] = {
    "claim": (
        lambda rows: transitions.claim(rows.get().pk, "o", SOON),
        {State.WAITING},
    ),
    "claim_look": (
        partial(transitions.claim_look, owner="o", until=SOON),
        {State.UNKNOWN},
    ),
    "end_claim": (
        partial(
            transitions.end_claim,
            owner="us",
            ending=transitions.done(Outcome("Done.", "1")),
        ),
        {State.SENDING, State.UNKNOWN},
    ),
    "take_over": (
        partial(transitions.take_over, ending=transitions.in_doubt(None)),
        {State.SENDING},
    ),
    "release": (transitions.release, {State.WAITING}),
    "end_back_off": (transitions.end_back_off, {State.WAITING}),
    "hold_as_draft": (transitions.hold_as_draft, {State.WAITING}),
    "hold_restored": (
        transitions.hold_restored,
        {State.WAITING, State.SENDING, State.UNKNOWN},
    ),
    "doubt": (partial(transitions.doubt, first_look=None), {State.WAITING}),
    "send_missing": (transitions.send_missing, {State.UNKNOWN}),
    "look_now": (transitions.look_now, {State.UNKNOWN}),
    "confirm": (transitions.confirm, {State.UNKNOWN}),
    "retry_refused": (transitions.retry_refused, {State.REFUSED}),
    "cancel": (transitions.cancel, {State.WAITING}),
    "bury_holder": (transitions.bury_holder, {State.SENDING}),
}
# What each needs of a row beside its state.
ROWS: dict[str, dict[str, Any]] = {
    "end_claim": {"lease_owner": "us", "lease_until": SOON},
    "end_back_off": {"retry_at": SOON},
    "bury_holder": {"lease_until": SOON - timedelta(days=2)},
}


@pytest.mark.parametrize("name", LEAVES)
def test_leaves_the_state_it_names_and_no_other(
    connection: Connection, staff: User, name: str
) -> None:
    transition, leaves = LEAVES[name]
    rows = {
        state: add(staff, connection, state, state=state, **ROWS.get(name, {}))
        for state in State
    }
    before = {row["id"]: row for row in Delivery.objects.values()}

    done = {
        state
        for state, row in rows.items()
        if transition(Delivery.objects.filter(pk=row.pk))
    }

    assert done == leaves
    after = Delivery.objects.exclude(pk__in=[rows[state].pk for state in leaves])
    assert all(row == before[row["id"]] for row in after.values())


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (transitions.send_missing, State.UNKNOWN),
        (transitions.retry_refused, State.REFUSED),
    ],
)
def test_what_waits_again_is_found_by_workers_though_its_process_died(
    connection: Connection,
    staff: User,
    change: Callable[[Rows], int],
    state: State,
) -> None:
    delivery = add(staff, connection, state, state=state, retry_at=None)
    rows = Delivery.objects.filter(pk=delivery.pk)

    assert change(rows) == 1

    assert claims.due().filter(pk=delivery.pk).exists()


def test_every_transition_is_tried_above() -> None:
    tree = ast.parse(ITS_OWN.read_text())
    names = {
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.args.args[0:1]
        if each.args.args[0].arg in {"rows", "pk"}
    }

    assert names == set(LEAVES)


def test_nobody_else_writes_the_state() -> None:
    modules = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules
        if path not in {ITS_OWN, NO_DELIVERY}
        and not {"migrations", "sandbox"} & set(path.parts)
        for line in writes_of_state(ast.parse(path.read_text()))
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'rows.filter(pk=1).update(state="done")',
        'rows.update(**{"state": State.DONE})',
        'values = {"state": State.DONE}',
        "delivery.state = State.DONE",
        'setattr(delivery, "state", State.DONE)',
        'delivery.save(update_fields=["state"])',
        "rows.bulk_update([delivery], ['state'])",
        "Delivery(state=State.DONE)",
    ],
)
def test_a_write_elsewhere_would_be_seen(code: str) -> None:
    assert list(writes_of_state(ast.parse(code))) == [1]


WRITERS = {"update", "bulk_update", "save", "setattr", "Delivery", "create"}


def writes_of_state(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that write a field `state`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                yield node.lineno
        elif isinstance(node, ast.Dict):
            if "state" in [each.value for each in node.keys if _is_text(each)]:
                yield node.lineno
        elif isinstance(node, ast.Call) and _name(node.func) in WRITERS:
            named = {keyword.arg for keyword in node.keywords}
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            texts = {
                part.value
                for each in given
                if not isinstance(each, ast.Dict)
                for part in ast.walk(each)
                if isinstance(part, ast.Constant)
            }
            if "state" in named | texts:
                yield node.lineno


def _is_text(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
