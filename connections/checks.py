"""The doctor: what shows that a connection works, each with its fix.

Here is what every connection has; the products' probes follow.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings

from connections import features, probes
from connections.models import Connection
from connections.probes import Account, Probe
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    PermissionMissing,
    ReconnectRequired,
    ZohoError,
)
from connections.zoho.explain import explain
from connections.zoho.texts import Explanation

# All checks together; Zoho answers within a second as a rule.
SECONDS = 25.0
# Zoho's codes and ours live minutes; a clock that is further off spoils them.
CLOCK_MAY_DIFFER = timedelta(minutes=2)


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

    checks: list[Check] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    choices: dict[str, tuple[Account, ...]] = field(default_factory=dict)
    zoho_user: str = ""
    lacking: list[features.Feature] = field(default_factory=list)
    refused_products: set[str] = field(default_factory=set)

    @property
    def signed_in(self) -> bool:
        return any(check.key == "signed_in" and check.ok for check in self.checks)

    def add(self, key: str, label: str, text: str, *, ok: bool = True) -> None:
        self.checks.append(Check(key, label, ok, text))

    def as_rows(self) -> list[dict[str, Any]]:
        return [asdict(check) for check in self.checks]


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
    examination = _Examination(client, connection, fresh=fresh)
    examination.ask_who_signed_in()
    examination.ask_the_products()
    return examination.finish(list(granted))


class _Examination:
    """One run of all checks, in the order in which a problem is best mended."""

    def __init__(
        self, client: ZohoClient, connection: Connection, *, fresh: bool
    ) -> None:
        self._client = client
        self._connection = connection
        self._fresh = fresh
        self._report = Report()
        self._product_checks: list[Check] = []
        self._deadline = time.monotonic() + SECONDS

    def ask_who_signed_in(self) -> None:
        """Check client, secret and grant by one call that needs all three."""
        region = (
            f"{self._connection.region}, {self._connection.data_center_row.sign_in}"
        )
        try:
            email = self._client.profile().get("Email")
        except ZohoError as error:
            self._explain_sign_in(error, region)
            return
        self._report.zoho_user = email[:255] if isinstance(email, str) else ""
        self._report.add("client", "Client", "known to Zoho")
        self._report.add("secret", "Client secret", "fits")
        who = self._report.zoho_user
        self._report.add(
            "signed_in", "Signed in at Zoho", f"as {who}" if who else "yes"
        )
        self._report.add("region", "Region", region)

    def _explain_sign_in(self, error: ZohoError, region: str) -> None:
        """Say which of client, secret and grant Zoho refused; it names one of them."""
        is_refusal = isinstance(error, ReconnectRequired)
        is_client = error.code == "invalid_client"
        is_secret = error.code == "invalid_client_secret"
        for key, label, is_it in (
            ("client", "Client", is_client),
            ("secret", "Client secret", is_secret),
            ("signed_in", "Signed in at Zoho", not (is_client or is_secret)),
        ):
            if is_it:
                self._report.checks.append(self._failed(key, label, error))
            elif is_refusal and not is_client and key != "signed_in":
                self._report.add(key, label, "accepted by Zoho")
            else:
                self._report.checks.append(_not_reached(key, label))
        self._report.add("region", "Region", f"{region}: not proven", ok=False)

    def ask_the_products(self) -> None:
        """Run the products' probes while there is time, if anybody is signed in."""
        products = {feature.product for feature in self._connection.chosen_features}
        for probe in probes.registered():
            if probe.product not in products:
                continue
            if self._report.signed_in and time.monotonic() < self._deadline:
                check = self._ask(probe)
            else:
                check = _not_reached(probe.key, probe.label)
            self._product_checks.append(check)

    def _ask(self, probe: Probe) -> Check:
        try:
            finding = probe.run(self._client)
        except ZohoError as error:
            if isinstance(error, PermissionMissing) and error.scope_is_missing:
                self._report.refused_products.add(probe.product)
            return self._failed(probe.key, probe.label, error)
        if finding.account:
            self._report.accounts[probe.product] = finding.account
            self._client.organisations[probe.product] = finding.account.external_id
        elif finding.choices:
            self._report.choices[probe.product] = finding.choices
        return Check(probe.key, probe.label, ok=True, text=finding.text)

    def finish(self, granted: list[str]) -> Report:
        """Return the report: address and clock first, then who, what, and credits."""
        report = self._report
        report.lacking = self._lacking(granted)
        report.checks.insert(0, _address_and_clock(self._client.seen.clock_ahead))
        report.checks.append(_permissions(report.lacking))
        report.checks += self._product_checks
        report.add("credits", "API credits", _credits(self._client.seen.credits))
        return report

    def _lacking(self, granted: list[str]) -> list[features.Feature]:
        """Return the features without permission: as granted, else as found.

        Zoho may leave `scope` out of its token answer; then the probes tell.
        """
        if granted:
            return features.lacking(self._connection.features, granted)
        refused = self._report.refused_products
        chosen = self._connection.chosen_features
        return [feature for feature in chosen if feature.product in refused]

    def _failed(self, key: str, label: str, error: ZohoError) -> Check:
        at_exchange = self._fresh and isinstance(error, ReconnectRequired)
        facts = {
            "region": self._connection.region,
            "zoho_user": self._connection.zoho_user or "The Zoho user",
            "feature": label,
        }
        words = explain(error, step="exchange" if at_exchange else "read", facts=facts)
        return _failure(key, label, words, f"{words.title}. {words.cause}")


def _failure(key: str, label: str, words: Explanation, text: str) -> Check:
    return Check(key, label, False, text, words.next_step, words.action, words.label)


def _address_and_clock(clock_ahead: timedelta) -> Check:
    key, label = "address", "Address and clock"
    if abs(clock_ahead) <= CLOCK_MAY_DIFFER:
        return Check(key, label, True, f"{settings.SITE_URL}, and the clock is right")
    minutes = round(abs(clock_ahead).total_seconds() / 60)
    side = "ahead of" if clock_ahead > timedelta() else "behind"
    return Check(
        key,
        label,
        False,
        f"This server's clock is {minutes} minutes {side} Zoho's.",
        "Let the server set its clock by the network (NTP), then test again.",
        "test",
        "Test again",
    )


def _permissions(lacking: list[features.Feature]) -> Check:
    key, label = "permissions", "Permissions"
    if not lacking:
        return Check(key, label, True, "all that are needed")
    names = ", ".join(feature.title.lower() for feature in lacking)
    words = explain(PermissionMissing("OAUTH_SCOPE_MISMATCH"), facts={"feature": names})
    return _failure(key, label, words, words.title)


def _credits(left: Mapping[str, str]) -> str:
    """CRM names its credits only when half of a day's are used."""
    if not left:
        return "not named by Zoho, so there are plenty"
    return ", ".join(
        f"{product}: {count} left today" for product, count in left.items()
    )


def _not_reached(key: str, label: str) -> Check:
    return Check(
        key,
        label,
        False,
        "Not checked, because an earlier check failed or Zoho is slow.",
        "Mend what is above, then test again.",
        "test",
        "Test again",
    )
