"""The second factor, and the company's sign-in."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.states.base import State, World, at, press
from tests.support.people import PASSWORD
from zohoportal.accounts.models import User
from zohoportal.accounts.oidc.configured import Oidc

FACTORS = "accounts:second_factor"
APP = "accounts:app"


def passkey(person: User, name: str) -> Authenticator:
    """Add a passkey that nobody has: enough to be looked at."""
    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=person, type="webauthn", data=data)


def everything(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    passkey(person, "Phone")
    passkey(person, "The security key in the drawer of the office, " * 2)


def with_everything(world: World) -> str:
    everything(world.staff)
    return reverse("accounts:second_factor")


def with_codes(world: World) -> str:
    everything(world.staff)
    return reverse("accounts:codes")


def one_passkey(world: World) -> str:
    row = passkey(world.staff, "Phone")
    return reverse("accounts:passkey", args=[row.pk])


def needed(world: World) -> str:
    world.settings.SECOND_FACTOR = ["staff"]
    return reverse("accounts:second_factor")


def with_app(world: World) -> str:
    TOTP.activate(world.staff, generate_totp_secret())
    # It leads to the sign-in page until the password was typed.
    return reverse("accounts:second_step")


def type_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("staff@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def wrong_code(page: Page) -> None:
    type_password(page)
    page.get_by_label("Code").fill("000000")
    press("Sign in")(page)


def company(world: World) -> None:
    roles = (("Portal admins", "admin"), ("Everybody in the house", "staff"))
    issuer = "https://login.example.com/a-tenant/v2.0"
    origins = ("https://login.example.com",)
    world.settings.OIDC = Oidc(issuer, origins, "portal", "secret", roles)


def with_company(world: World) -> str:
    company(world)
    return reverse("accounts:sign_in")


def company_set_up(world: World) -> str:
    company(world)
    return reverse("accounts:provider")


def refused(world: World) -> str:
    company(world)
    return reverse("accounts:provider_callback")


STATES = [
    State("no second factor", FACTORS, "staff", at(FACTORS)),
    State("second factors", FACTORS, "staff", with_everything),
    State("second factor needed", FACTORS, "staff", needed),
    State("app", "accounts:app", "staff", at("accounts:app")),
    State(
        "app refused",
        "accounts:app",
        "staff",
        at("accounts:app"),
        press("Save the app"),
    ),
    State("recovery codes", "accounts:codes", "staff", with_codes),
    State("passkey", "accounts:passkey", "staff", one_passkey),
    State("code asked", "accounts:second_step", "", with_app, type_password),
    State("code refused", "accounts:second_step", "", with_app, wrong_code),
    State("company sign-in offered", "accounts:sign_in", "", with_company),
    State("company sign-in", "accounts:provider", "admin", company_set_up),
    State("no company sign-in", "accounts:provider", "admin", at("accounts:provider")),
    State("company refused", "accounts:provider_callback", "", refused),
]
