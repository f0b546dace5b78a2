"""The doctor: named probes that show a connection works, each with its fix.

Products register their own probes in `apps.py`; here are those that every connection
has. A probe asks Zoho something harmless and returns a `Finding`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from connections import features
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import PermissionMissing, ReconnectRequired, ZohoError
from connections.zoho.explain import Step, explain

# All checks together; Zoho answers within a second as a rule.
SECONDS = 25.0


@dataclass(frozen=True)
class Account:
    """An organisation found at a product."""

    external_id: str
    name: str


@dataclass(frozen=True)
class Finding:
    """What a probe found. Several `choices` and no `account`: an admin must choose."""

    text: str
    account: Account | None = None
    choices: tuple[Account, ...] = ()


@dataclass(frozen=True)
class Probe:
    """A named question to Zoho; `product` is the one whose account it may find."""

    key: str
    label: str
    product: str
    run: Callable[[ZohoClient], Finding]


@dataclass(frozen=True)
class Check:
    """The outcome of one probe, as pages show it and the connection keeps it."""

    key: str
    label: str
    ok: bool
    text: str
    next_step: str = ""
    action: str = ""
    action_label: str = ""


@dataclass
class Report:
    """All checks of one run, and what they found out on the way."""

    checks: list[Check]
    accounts: dict[str, Account]
    choices: dict[str, tuple[Account, ...]]
    zoho_user: str = ""
    lacking: list[features.Feature] = field(default_factory=list)
    refused_products: set[str] = field(default_factory=set)

    @property
    def signed_in(self) -> bool:
        return any(check.key == "signed_in" and check.ok for check in self.checks)

    def as_rows(self) -> list[dict[str, Any]]:
        return [asdict(check) for check in self.checks]


_probes: list[Probe] = []


def register(probe: Probe) -> None:
    """Add a probe; probes run in the order of the installed products."""
    _probes.append(probe)


def run(
    client: ZohoClient,
    connection: Connection,
    granted: Iterable[str],
    *,
    fresh: bool = False,
) -> Report:
    """Ask Zoho everything that matters for `connection`; raises nothing.

    Args:
        granted: the permissions in the grant, as Zoho sent them; may be empty.
        fresh: the token was exchanged just now, so a refusal hints at the region.
    """
    report = Report([], {}, {})
    deadline = time.monotonic() + SECONDS
    first = _check(_signed_in(report), client, report, connection, fresh=fresh)
    report.checks += [first, _region(connection, ok=first.ok)]
    products = {feature.product for feature in connection.chosen_features}
    for probe in _probes:
        if probe.product not in products:
            continue
        if not first.ok or time.monotonic() > deadline:
            report.checks.append(_not_reached(probe))
        else:
            report.checks.append(_check(probe, client, report, connection, fresh=fresh))
    report.lacking = _lacking(connection, list(granted), report.refused_products)
    report.checks.append(_permissions(report.lacking))
    return report


def _check(
    probe: Probe,
    client: ZohoClient,
    report: Report,
    connection: Connection,
    *,
    fresh: bool,
) -> Check:
    try:
        finding = probe.run(client)
    except ZohoError as error:
        if isinstance(error, PermissionMissing) and error.scope_is_missing:
            report.refused_products.add(probe.product)
        return _failed(probe, error, connection, fresh=fresh)
    if finding.account:
        report.accounts[probe.product] = finding.account
        client.organisations[probe.product] = finding.account.external_id
    elif finding.choices:
        report.choices[probe.product] = finding.choices
    return Check(probe.key, probe.label, ok=True, text=finding.text)


def _failed(
    probe: Probe, error: ZohoError, connection: Connection, *, fresh: bool
) -> Check:
    step: Step = (
        "exchange"
        if fresh and isinstance(error, ReconnectRequired) and error.code
        else "read"
    )
    facts = {
        "region": connection.region,
        "zoho_user": connection.zoho_user or "The Zoho user",
        "feature": probe.label,
    }
    words = explain(error, step=step, facts=facts)
    return Check(
        probe.key,
        probe.label,
        ok=False,
        text=f"{words.title}. {words.cause}",
        next_step=words.next_step,
        action=words.action,
        action_label=words.label,
    )


def _signed_in(report: Report) -> Probe:
    def ask(client: ZohoClient) -> Finding:
        email = client.profile().get("Email")
        report.zoho_user = email if isinstance(email, str) else ""
        return Finding(f"as {report.zoho_user}" if report.zoho_user else "yes")

    return Probe("signed_in", "Signed in at Zoho", "", ask)


def _region(connection: Connection, *, ok: bool) -> Check:
    text = f"{connection.region}, {connection.data_center_row.sign_in}"
    return Check("region", "Region", ok=ok, text=text if ok else "not known yet")


def _lacking(
    connection: Connection, granted: Sequence[str], refused_products: set[str]
) -> list[features.Feature]:
    """Return the features without permission: as granted, else as the probes found.

    Zoho may leave `scope` out of its token answer.
    """
    if granted:
        return features.lacking(connection.features, granted)
    chosen = connection.chosen_features
    return [item for item in chosen if item.product in refused_products]


def _permissions(lacking: list[features.Feature]) -> Check:
    label = "Permissions"
    if not lacking:
        return Check("permissions", label, ok=True, text="all that are needed")
    names = ", ".join(feature.title.lower() for feature in lacking)
    words = explain(PermissionMissing("OAUTH_SCOPE_MISMATCH"), facts={"feature": names})
    return Check(
        "permissions",
        label,
        ok=False,
        text=words.title,
        next_step=words.next_step,
        action=words.action,
        action_label=words.label,
    )


def _not_reached(probe: Probe) -> Check:
    return Check(
        probe.key,
        probe.label,
        ok=False,
        text="Not checked, because an earlier check failed or Zoho is slow.",
        next_step="Mend what is above, then test again.",
        action="test",
        action_label="Test again",
    )
