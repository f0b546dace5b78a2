"""How many wrong passwords are looked at, over all processes.

Five in 15 minutes for an account from one address, twenty from one address, fifty an
hour for an account. A browser that has signed in to the account before has a count of
its own instead, so nobody else's attempts lock its owner out.

An attempt counts as failed before its password is looked at, and is taken back when it
was right: a hundred at the same moment are no more than the limit.
"""

import ipaddress
import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from zohoportal.accounts.signing_in.models import SignInCount
from zohoportal.accounts.signing_in.refused import TooManyAttempts
from zohoportal.run.durability import unsynced


@dataclass(frozen=True)
class Limit:
    """So many failures, until `within` has passed without another one."""

    most: int
    within: timedelta


PAIR = Limit(5, timedelta(minutes=15))
ADDRESS = Limit(20, timedelta(minutes=15))
ACCOUNT = Limit(50, timedelta(hours=1))


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way, counted as failed.

    Attributes:
        own: the key of what only this account and browser or address did.
        shared: the keys of what others did as well.
        is_last: no other attempt is let through after it if it fails.
    """

    own: str
    shared: tuple[str, ...]
    is_last: bool


def check(
    account: str, address: str, *, known_browser: str = "", second_factor: bool = False
) -> Attempt:
    """Count an attempt and let it go on.

    Args:
        account: the e-mail address typed, whether anybody has it or not.
        address: the visitor's.
        known_browser: the id of a browser that signed in to this account before.
        second_factor: whether more than a password opens this account.

    Raises:
        TooManyAttempts: its password must not be looked at.
    """
    limits = _limits(account, address, known_browser, second_factor=second_factor)
    _refuse(limits)
    with unsynced(), transaction.atomic():
        now = timezone.now()
        SignInCount.objects.bulk_create(
            [SignInCount(key=key, failures=0, until=now) for key in limits],
            ignore_conflicts=True,
        )
        counted = [_count(key, limit) for key, limit in sorted(limits.items())]
        if not all(counted):
            transaction.set_rollback(True)
    if not all(counted):
        _refuse(limits)
    own, *shared = limits
    return Attempt(own, tuple(shared), is_last=bool(_full(limits)))


def succeeded(attempt: Attempt) -> None:
    """The password was right: what led to it is forgotten."""
    with unsynced(), transaction.atomic():
        _take_back(attempt.shared)
        SignInCount.objects.filter(key=attempt.own).delete()


def withdrawn(attempt: Attempt) -> None:
    """The password was not looked at after all."""
    with unsynced():
        _take_back((attempt.own, *attempt.shared))


def forget_old() -> None:
    """Delete counts that count no more."""
    SignInCount.objects.filter(until__lte=timezone.now()).delete()


def account_key(account: str) -> str:
    """Return what stands for an account, without naming it."""
    return _key("account", account.strip().lower())


def _limits(
    account: str, address: str, known_browser: str, *, second_factor: bool
) -> dict[str, Limit]:
    name = account_key(account)
    if known_browser:
        return {_key("browser", name, known_browser): PAIR}
    place = _network(address)
    limits = {
        _key("pair", name, place): PAIR,
        _key("address", place): ADDRESS,
        name: ACCOUNT,
    }
    if second_factor:
        del limits[name]
    return limits


def _network(address: str) -> str:
    """Return the address, of IPv6 the /64: nobody is given less."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found.packed, 64), strict=False))
    return address


def _key(kind: str, *parts: str) -> str:
    digest = salted_hmac(f"sign-in {kind}", "\n".join(parts), algorithm="sha256")
    return digest.hexdigest()


def _count(key: str, limit: Limit) -> bool:
    """Count one more failure unless the limit is reached; return whether it was not."""
    now = timezone.now()
    is_over = Q(until__lte=now)
    open_ones = SignInCount.objects.filter(
        is_over | Q(failures__lt=limit.most), key=key
    )
    return bool(
        open_ones.update(
            failures=Case(When(is_over, then=Value(1)), default=F("failures") + 1),
            until=now + limit.within,
        )
    )


def _full(limits: dict[str, Limit]) -> list[SignInCount]:
    rows = SignInCount.objects.filter(key__in=limits, until__gt=timezone.now())
    return [row for row in rows if row.failures >= limits[row.key].most]


def _refuse(limits: dict[str, Limit]) -> None:
    full = _full(limits)
    if not full:
        return
    seconds = max((row.until - timezone.now()).total_seconds() for row in full)
    minutes = max(math.ceil(seconds / 60), 1)
    raise TooManyAttempts(
        "There were too many wrong passwords. "
        f"Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}, or in a "
        "browser in which you have signed in before.",
        max(math.ceil(seconds), 1),
    )


def _take_back(keys: tuple[str, ...]) -> None:
    counted = SignInCount.objects.filter(key__in=keys, failures__gt=0)
    counted.update(failures=F("failures") - 1)
