"""The doctor: what shows that a connection works, each with its fix.

Here is what every connection has; the products' probes follow.
"""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings

from connections import features
from connections.health.probes import Account, Probe
from connections.messages.explain import explain
from connections.messages.texts import Explanation, Remedy
from connections.models import Connection
from connections.product import Feature, named
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    PermissionMissing,
    ReconnectRequired,
    Rejected,
    ZohoError,
)

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
    lacking: list[Feature] = field(default_factory=list)
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
    if examination.sign_in():
        examination.ask_who_signed_in()
        examination.ask_the_products()
        examination.tell_who_signed_in()
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
        # A call was answered that only somebody who signed in gets an answer to.
        self._is_known = False
        # Why the last call was not, as far as it is about the sign-in.
        self._doubt: ZohoError | None = None

    def sign_in(self) -> bool:
        """Get a token if there is none, which needs client, secret and grant."""
        try:
            self._client.sign_in()
        except ZohoError as error:
            self._explain_sign_in(error)
            self._product_checks = [
                _not_reached(probe.key, probe.label) for _, probe in self._probes()
            ]
            return False
        return True

    def ask_who_signed_in(self) -> None:
        """Ask for the name of who signed in: nice to have, and no more than that."""
        try:
            email = self._client.profile().get("Email")
        except ZohoError as error:
            self._doubt = error
        else:
            self._report.zoho_user = email[:255] if isinstance(email, str) else ""
            self._is_known = True

    def tell_who_signed_in(self) -> None:
        """Say what client, secret and sign-in are worth, by all that was asked."""
        if self._doubt and not self._is_known:
            self._explain_sign_in(self._doubt)
            return
        who = self._report.zoho_user
        self._report.add("client", "Client", "known to Zoho")
        self._report.add("secret", "Client secret", "fits")
        self._report.add(
            "signed_in", "Signed in at Zoho", f"as {who}" if who else "yes"
        )
        self._report.add("region", "Region", self._region)

    @property
    def _region(self) -> str:
        row = self._connection.data_center_row
        name = self._connection.get_environment_display()
        environment = f", {name}" if self._connection.environment else ""
        return f"{row.name}, {row.sign_in}{environment}"

    def _explain_sign_in(self, error: ZohoError) -> None:
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
        self._report.add("region", "Region", f"{self._region}: not proven", ok=False)

    def _probes(self) -> list[tuple[str, Probe]]:
        """Return the probes of the products in use, each with its product's key."""
        used = self._connection.products
        return [(each.key, probe) for each in used for probe in each.probes]

    def ask_the_products(self) -> None:
        """Run the products' probes while there is time."""
        for product, probe in self._probes():
            if time.monotonic() < self._deadline:
                check = self._ask(product, probe)
            else:
                check = _not_reached(probe.key, probe.label)
            self._product_checks.append(check)

    def _ask(self, product: str, probe: Probe) -> Check:
        try:
            finding = probe.run(self._client)
        except ZohoError as error:
            self._note(product, error)
            return self._failed(probe.key, probe.label, error)
        self._is_known = True
        if finding.account:
            self._report.accounts[product] = finding.account
            self._client.organisations[product] = finding.account.external_id
        elif finding.choices:
            self._report.choices[product] = finding.choices
        return Check(probe.key, probe.label, ok=True, text=finding.text)

    def _note(self, product: str, error: ZohoError) -> None:
        """Note what a refusal tells beside itself: who is refused a right is known."""
        if isinstance(error, PermissionMissing | Rejected):
            self._is_known = True
        if isinstance(error, PermissionMissing) and error.scope_is_missing:
            self._report.refused_products.add(product)
        if isinstance(error, ReconnectRequired):
            self._doubt = error

    def finish(self, granted: list[str]) -> Report:
        """Return the report: address and clock first, then who, what, and credits."""
        report = self._report
        report.lacking = self._lacking(granted)
        report.checks.insert(0, _address_and_clock(self._client.seen.clock_ahead))
        report.checks.append(_permissions(report.lacking))
        report.checks += self._product_checks
        report.add("credits", "API credits", self._credits())
        return report

    def _lacking(self, granted: list[str]) -> list[Feature]:
        """Return the features without permission: as granted, else as found.

        Zoho may leave `scope` out of its token answer; then the probes tell.
        """
        if granted:
            return features.lacking(self._connection.features, granted)
        refused = self._report.refused_products
        chosen = self._connection.chosen_features
        return [feature for feature in chosen if feature.product in refused]

    def _credits(self) -> str:
        """Say how many are left; some products say it when half of them are used."""
        left = self._client.seen.credits
        if not left:
            return "not named by Zoho, so there are plenty"
        return ", ".join(
            f"{named(product).short_name}: {count} left today"
            for product, count in left.items()
        )

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
        Remedy.TEST,
        "Test again",
    )


def _permissions(lacking: list[Feature]) -> Check:
    key, label = "permissions", "Permissions"
    if not lacking:
        return Check(key, label, True, "all that are needed")
    names = ", ".join(feature.title.lower() for feature in lacking)
    words = explain(PermissionMissing("OAUTH_SCOPE_MISMATCH"), facts={"feature": names})
    return _failure(key, label, words, words.title)


def _not_reached(key: str, label: str) -> Check:
    return Check(
        key,
        label,
        False,
        "Not checked, because an earlier check failed or Zoho is slow.",
        "Mend what is above, then test again.",
        Remedy.TEST,
        "Test again",
    )
