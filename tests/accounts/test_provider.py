"""The company's sign-in, with a provider in a process of its own: every way it ends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from tests.accounts.apps import code, set_up
from tests.environment import PORTAL_PORT
from tests.support.contacts import TYPED, url
from tests.support.oidc import START, RunningProvider
from tests.support.pages import text
from tests.support.people import sign_in
from zohoportal.accounts.models import ProviderProof, User
from zohoportal.accounts.oidc import provider
from zohoportal.activity.models import AuditEvent

CALLBACK = "/account/provider/callback/"
TEST = "/account/provider/test/"
SIGNED_OUT = "/account/provider/signed-out/"
ADMINS = {"groups": ["Portal staff", "Portal admins"]}
NOBODY = {"groups": ["everybody"]}


def browser() -> Client:
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


def is_in(client: Client) -> bool:
    return client.get("/deliveries/").status_code == 200


@pytest.fixture(autouse=True)
def _portal_with_an_owner(admin: User) -> None:
    """Before there is one, all ways lead to the page that makes them."""


@pytest.fixture
def kim(company: RunningProvider, db: None) -> Client:
    """The browser of somebody who came by the company's sign-in."""
    client = browser()
    company.sign_in(client)
    assert is_in(client)
    return client


@pytest.mark.django_db
class TestComingIn:
    def test_adds_the_person_with_the_role_of_their_group(
        self, company: RunningProvider
    ) -> None:
        answer = company.sign_in(browser(), next="/deliveries/")

        person = User.objects.get(email="kim@example.com")
        assert answer.url == "/deliveries/"
        assert (person.email, person.role) == ("kim@example.com", "staff")
        assert not person.has_usable_password()
        assert not person.is_break_glass

    def test_carries_state_nonce_and_pkce(self, company: RunningProvider) -> None:
        company.sign_in(browser())
        company.sign_in(browser())

        first, second = company.asked()
        assert first["code_challenge_method"] == "S256"
        for name in ("state", "nonce", "code_challenge"):
            assert len(first[name]) >= 32
            assert first[name] != second[name]

    def test_leads_to_no_other_site(self, company: RunningProvider) -> None:
        answer = company.sign_in(browser(), next="https://evil.example/")

        assert answer.url == "/"

    def test_follows_the_groups_each_time(
        self, company: RunningProvider, admin: User, kim: Client
    ) -> None:
        company.set(claims=ADMINS)
        company.sign_in(browser())
        raised = User.objects.get(email="kim@example.com").role
        company.set()
        company.sign_in(browser())

        assert raised == "admin"
        assert User.objects.get(email="kim@example.com").role == "staff"

    def test_ends_what_began_with_another_role(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(claims=ADMINS)
        person = User.objects.get(email="kim@example.com")

        back = company.sign_in(kim, next="/deliveries/")

        assert back.url == "/deliveries/"
        assert is_in(kim)
        person.refresh_from_db()
        assert person.role == "admin"
        (entry,) = AuditEvent.objects.filter(act="changed", target=person.email)
        assert (entry.person_name, entry.details["role"]) == (
            "company sign-in",
            "admin",
        )

    def test_leaves_an_admin_who_can_sign_in(
        self, company: RunningProvider, admin: User
    ) -> None:
        company.set(claims=ADMINS)
        company.sign_in(browser())
        admin.set_unusable_password()
        admin.save()
        company.set()

        answer = company.sign_in(browser())

        assert answer.status_code == 302
        assert User.objects.get(email="kim@example.com").role == "admin"

    def test_takes_the_first_group_of_the_setting(
        self, company: RunningProvider
    ) -> None:
        company.set(claims=ADMINS)

        company.sign_in(browser())

        assert User.objects.get(email="kim@example.com").role == "admin"

    def test_asks_for_what_the_token_leaves_out(self, company: RunningProvider) -> None:
        company.set(thin=True)

        company.sign_in(browser())

        assert User.objects.get(email="kim@example.com").email == "kim@example.com"

    def test_believes_nothing_said_of_somebody_else(
        self, company: RunningProvider
    ) -> None:
        company.set(thin=True, userinfo={"sub": "somebody-else"})

        page = company.sign_in(browser())

        assert "has no access to this portal" in text(page)

    @pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
    def test_shows_its_secret_as_the_provider_wants_it(
        self, company: RunningProvider, method: str
    ) -> None:
        company.set(methods=[method])

        assert company.sign_in(browser()).status_code == 302

    def test_takes_over_the_account_of_the_same_address(
        self, company: RunningProvider, staff: User
    ) -> None:
        company.set(claims={"email": "Staff@Example.com"})

        company.sign_in(browser())

        staff.refresh_from_db()
        assert SocialAccount.objects.get().user == staff
        assert not staff.has_usable_password()

    def test_keeps_the_address_that_is_known_here(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(claims={"email": "renamed@example.com"})

        assert company.sign_in(browser()).status_code == 302
        assert User.objects.get(email="kim@example.com").email == "kim@example.com"


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "wrong audience": (
        {"token": {"aud": "another"}},
        "meant for another application",
        "OIDC_CLIENT_ID",
    ),
    "audience shared with another": (
        {"token": {"aud": ["portal", "another"], "azp": "another"}},
        "meant for another application",
        "OIDC_CLIENT_ID",
    ),
    "audience shared with another, and nobody says for whom": (
        {"token": {"aud": ["portal", "another"]}},
        "meant for another application",
        "OIDC_CLIENT_ID",
    ),
    "sent back by somebody else": (
        {"back": {"iss": "https://evil.example"}},
        "came from another issuer",
        "OIDC_ISSUER",
    ),
    "sent back without the name that was promised": (
        {"described": {"authorization_response_iss_parameter_supported": True}},
        "came from another issuer",
        "OIDC_ISSUER",
    ),
    "wrong issuer": (
        {"token": {"iss": "https://evil.example"}},
        "came from another issuer",
        "OIDC_ISSUER",
    ),
    "issuer that describes itself otherwise": (
        {"described": {"issuer": "https://evil.example"}},
        "came from another issuer",
        "OIDC_ISSUER",
    ),
    "wrong nonce": (
        {"token": {"nonce": "of another trip"}},
        "belongs to another sign-in",
        "Start again",
    ),
    "no nonce": ({"without": ["nonce"]}, "belongs to another sign-in", "Start again"),
    "clock 5 minutes slow": ({"clock": -300}, "clocks of the portal", "time server"),
    "clock 5 minutes fast": ({"clock": 300}, "clocks of the portal", "time server"),
    "signed by somebody else": ({"sign": "other"}, "signature does not hold", "minute"),
    "signed by nobody": ({"sign": "nothing"}, "signature does not hold", "minute"),
    "signed with the secret": ({"sign": "secret"}, "signature does not", "minute"),
    "no expiry": ({"without": ["exp"]}, "cannot read", "OIDC_ISSUER"),
    "no subject": ({"without": ["sub"]}, "cannot read", "OIDC_ISSUER"),
    "no e-mail": ({"without": ["email"]}, "brought no e-mail", "claim email"),
    "e-mail that is none": (
        {"claims": {"email": "kim"}},
        "brought no e-mail",
        "claim email",
    ),
    "e-mail that nobody confirmed": (
        {"claims": {"email_verified": False}},
        "is not confirmed",
        "email_verified",
    ),
    "e-mail of which nothing is said": (
        {"without": ["email_verified"]},
        "is not confirmed",
        "xms_edov",
    ),
    "no group that fits": ({"claims": NOBODY}, "has no access", "add you to a group"),
    "no groups": ({"without": ["groups"]}, "has no access", "add you to a group"),
    "no time of sign-in": ({"without": ["auth_time"]}, "did not say when", "auth_time"),
    "signed in there long ago": (
        {"token": {"auth_time": 1}},
        "have to sign in anew",
        "Sign out at the company's page",
    ),
    "provider down": ({"status": 503}, "does not answer", "in a minute"),
    "keys on a host that nobody named": (
        {"described": {"jwks_uri": "https://evil.example/keys"}},
        "a host that the portal may not ask",
        "OIDC_ISSUER",
    ),
    "way out to a host that nobody named": (
        {"described": {"authorization_endpoint": "https://evil.example/"}},
        "a host that the portal may not ask",
        "OIDC_ISSUER",
    ),
}


@pytest.mark.django_db
class TestBadAnswers:
    @pytest.mark.parametrize("case", BAD)
    def test_let_nobody_in_and_say_what_to_do(
        self, company: RunningProvider, case: str
    ) -> None:
        wish, title, step = BAD[case]
        company.set(**wish)
        client = browser()

        page: Any = client.post(START)
        if page.status_code == 302:
            page = client.get(company.ways_back(page.url)["url"])

        assert page.status_code == 403
        assert title in text(page)
        assert step in text(page)
        assert not is_in(client)
        assert User.objects.count() == 1

    @pytest.mark.parametrize("seconds", [-90, 90])
    def test_are_none_where_clocks_differ_by_90_seconds(
        self, company: RunningProvider, seconds: int
    ) -> None:
        company.set(clock=seconds)

        assert company.sign_in(browser()).status_code == 302

    def test_are_none_where_the_key_was_rotated(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.rotate()

        assert company.sign_in(browser()).status_code == 302
        assert company.counts()["/keys"] == 2

    def test_are_none_for_people_whose_address_is_known_already(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(without=["email", "email_verified"])

        assert company.sign_in(browser()).status_code == 302

    def test_are_none_where_all_of_several_audiences_agree(
        self, company: RunningProvider
    ) -> None:
        token = {"aud": ["portal", "another"], "azp": "portal"}
        company.set(token=token, back={"iss": company.url})

        assert company.sign_in(browser()).status_code == 302

    def test_of_a_second_account_with_the_same_address_are_refused(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(claims={"sub": "another-kim"})

        page = company.sign_in(browser())

        assert "belongs to another company account" in text(page)

    def test_of_a_closed_account_are_refused(
        self, company: RunningProvider, kim: Client
    ) -> None:
        User.objects.update(is_active=False)

        page = company.sign_in(browser())

        assert "Your account here is closed" in text(page)

    def test_name_a_wrong_secret(self, company: RunningProvider, settings: Any) -> None:
        settings.OIDC = replace(settings.OIDC, client_secret="another secret of ours")

        page = company.sign_in(browser())

        assert "did not accept this portal" in text(page)
        assert "OIDC_CLIENT_SECRET" in text(page)
        assert "invalid_client" in text(page)


@pytest.mark.django_db
class TestTheWayBack:
    def test_is_good_once(self, company: RunningProvider) -> None:
        client = browser()
        left: Any = client.post(START)
        back = company.ways_back(left.url)["url"]
        client.get(back)
        client.post("/account/sign-out/")

        page = client.get(back)

        assert "no longer good" in text(page)
        assert not is_in(client)

    def test_belongs_to_the_browser_that_left(self, company: RunningProvider) -> None:
        left: Any = browser().post(START)
        another = browser()

        page = another.get(company.ways_back(left.url)["url"])

        assert "began in another browser" in text(page)
        assert not is_in(another)

    def test_is_good_for_ten_minutes(self, company: RunningProvider) -> None:
        client = browser()
        left: Any = client.post(START)
        back = company.ways_back(left.url)["url"]

        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            page = client.get(back)

        assert "no longer good" in text(page)

    def test_leads_back_from_the_provider_that_it_left_for(
        self, company: RunningProvider, settings: Any
    ) -> None:
        client = browser()
        left: Any = client.post(START)
        settings.OIDC = replace(settings.OIDC, issuer="https://other.example")

        page = client.get(company.ways_back(left.url)["url"])

        assert "no longer good" in text(page)
        assert not is_in(client)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_browsers_at_once_makes_one_account(
        self, company: RunningProvider
    ) -> None:
        company.set(together=2)
        both = [browser(), browser()]

        def come(client: Client) -> int:
            try:
                return int(company.sign_in(client).status_code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor() as pool:
            assert [*pool.map(come, both)] == [302, 302]

        assert [is_in(each) for each in both] == [True, True]
        assert SocialAccount.objects.get().user.email == "kim@example.com"

    def test_may_be_a_cancelled_one(self, company: RunningProvider) -> None:
        client = browser()
        left: Any = client.post(START)

        page = client.get(company.ways_back(left.url)["cancelled"])

        assert "You did not sign in" in text(page)

    def test_of_somebody_else_changes_nobody(
        self, company: RunningProvider, staff_client: Client
    ) -> None:
        page = company.sign_in(staff_client)

        assert "That was another company account" in text(page)
        assert is_in(staff_client)

    @pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied"])
    def test_that_nobody_left_for_is_refused(
        self, company: RunningProvider, query: str
    ) -> None:
        page = browser().get(f"{CALLBACK}{query}")

        assert page.status_code == 403
        assert "no longer good" in text(page)


class TestEveryHour:
    def test_ends_the_session_and_keeps_the_form_f63(
        self, company: RunningProvider, kim: Client, connection: Connection
    ) -> None:
        connection.members.add(User.objects.get(email="kim@example.com"))
        form = url(connection)
        typed = TYPED | {"form_key": kim.get(form).context["form_key"]}
        ProviderProof.objects.update(at=timezone.now() - timedelta(minutes=61))

        there: Any = kim.post(form, typed)
        page = kim.get(there.url)
        back = company.sign_in(kim, next=form)

        assert there.url == f"/account/sign-in/?next={form}"
        assert "once an hour at least" in text(page)
        assert back.url == form
        assert kim.get(form).context["form"]["Last_Name"].value() == "Sample"

    def test_is_not_yet_over_after_59_minutes(self, kim: Client) -> None:
        ProviderProof.objects.update(at=timezone.now() - timedelta(minutes=59))

        assert is_in(kim)

    def test_asks_for_the_password_at_the_provider(
        self, company: RunningProvider, kim: Client
    ) -> None:
        ProviderProof.objects.all().delete()
        kim.get("/")

        company.set()
        company.sign_in(kim)

        assert company.asked()[0]["prompt"] == "login"
        assert company.asked()[0]["max_age"] == "0"
        assert is_in(kim)

    def test_refuses_who_was_let_through_without_being_asked(
        self, company: RunningProvider, kim: Client
    ) -> None:
        ProviderProof.objects.all().delete()
        kim.get("/")
        an_hour_ago = int((timezone.now() - timedelta(minutes=30)).timestamp())
        company.set(token={"auth_time": an_hour_ago})

        page = company.sign_in(kim)

        assert "You have to sign in anew" in text(page)
        assert not is_in(kim)

    def test_a_removed_group_is_out_with_all_browsers(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(claims=NOBODY)

        page = company.sign_in(browser())

        assert "has no access to this portal" in text(page)
        assert not is_in(kim)

    def test_can_be_proven_before(self, company: RunningProvider, kim: Client) -> None:
        answer = company.sign_in(kim, next="/account/settings/")

        assert answer.url == "/account/settings/"
        assert company.asked()[-1]["prompt"] == "login"


class TestA24Proof:
    def test_is_as_old_as_the_sign_in_at_the_provider(
        self, company: RunningProvider, connection: Connection
    ) -> None:
        half_an_hour_ago = int((timezone.now() - timedelta(minutes=30)).timestamp())
        company.set(claims=ADMINS, token={"auth_time": half_an_hour_ago})
        client = browser()
        company.sign_in(client)

        page: Any = client.get(f"/connections/{connection.pk}/secret/")

        assert page.status_code == 302
        assert page.url.startswith("/account/confirm/")


class TestSignedOutAtTheProvider:
    def test_is_out_here_at_once(self, company: RunningProvider, kim: Client) -> None:
        told = browser().post(SIGNED_OUT, {"logout_token": company.logout_token()})

        assert told.status_code == 200
        assert not is_in(kim)

    def test_may_name_one_session_only(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(token={"sid": "s-2"})
        second = browser()
        company.sign_in(second)
        token = company.logout_token(sub=None, sid="s-2")

        browser().post(SIGNED_OUT, {"logout_token": token})

        assert (is_in(kim), is_in(second)) == (True, False)

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "another"},
            {"iss": "https://evil.example"},
            {"events": {}},
            {"events": None},
            {"nonce": "x"},
            {"sub": None},
            {"iat": 1},
            {"exp": 1},
        ],
    )
    def test_is_believed_of_nobody_else(
        self, company: RunningProvider, kim: Client, claims: dict[str, Any]
    ) -> None:
        form = {"logout_token": company.logout_token(**claims)}

        told = browser().post(SIGNED_OUT, form)

        assert told.status_code == 400
        assert is_in(kim)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
    def test_is_no_nonsense(
        self, company: RunningProvider, kim: Client, token: str
    ) -> None:
        assert browser().post(SIGNED_OUT, {"logout_token": token}).status_code == 400

    def test_of_strangers_does_not_make_the_portal_ask_all_the_time(
        self, company: RunningProvider, kim: Client
    ) -> None:
        company.set(sign="other", kid="made up")
        form = {"logout_token": company.logout_token()}
        provider.forget()

        for _ in range(5):
            browser().post(SIGNED_OUT, form)

        assert company.counts()["/keys"] == 1


class TestPasswordsBeside:
    def test_are_no_way_in_for_people_of_the_directory(
        self, company: RunningProvider, kim: Client
    ) -> None:
        person = User.objects.get(email="kim@example.com")
        person.set_password("correct horse battery")
        person.save()
        client = browser()

        there = sign_in(client, person.email)

        assert there.url == "/account/sign-in/"
        assert "signs in with the company account" in text(client.get(there.url))
        assert not is_in(client)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_are_not_changed_here_but_at_the_company(
        self, company: RunningProvider, kim: Client, method: str
    ) -> None:
        page = text(getattr(kim, method)("/account/password/"))

        host = company.url.removeprefix("http://")
        assert f"You sign in with your company account, at {host}." in page
        assert "current password" not in page

    def test_stay_for_people_who_are_not_in_it(
        self, company: RunningProvider, staff: User
    ) -> None:
        assert sign_in(browser(), staff.email).url == "/"

    def test_stay_for_the_break_glass_admin_whatever_the_directory_says(
        self, company: RunningProvider, admin: User
    ) -> None:
        company.set(claims={"email": admin.email, **NOBODY, "groups": ["Portal staff"]})

        page = company.sign_in(browser())

        admin.refresh_from_db()
        assert "This account signs in with its password" in text(page)
        assert (admin.role, admin.is_break_glass) == ("admin", True)
        assert sign_in(browser(), admin.email).url == "/"

    def test_are_given_back_to_a_new_break_glass_admin(
        self, company: RunningProvider, admin: User, kim: Client
    ) -> None:
        company.set(claims=ADMINS)
        company.sign_in(browser())
        person = User.objects.get(email="kim@example.com")
        person.set_password("correct horse battery")
        person.save()

        call_command("break_glass", person.email)

        assert sign_in(browser(), person.email).url == "/"
        assert User.objects.get(is_break_glass=True) == person
        with pytest.raises(CommandError, match="No admin has the address"):
            call_command("break_glass", "nobody@example.com")

    def test_of_another_person_gain_nothing_from_what_was_proven(
        self, company: RunningProvider, kim: Client, staff: User
    ) -> None:
        """Who takes over a browser in the middle of a trip is somebody else."""
        set_up(kim)
        client = browser()
        company.sign_in(client)
        assert not is_in(client)

        sign_in(client, staff.email)

        assert is_in(client)
        ProviderProof.objects.all().delete()
        assert is_in(client)


class TestSecondFactor:
    def test_is_asked_for_after_the_provider_too(
        self, company: RunningProvider, kim: Client
    ) -> None:
        secret = set_up(kim)
        client = browser()

        there = company.sign_in(client)
        client.post(there.url, {"code": code(secret)})

        assert there.url == "/account/sign-in/code/"
        assert is_in(client)

    @pytest.mark.parametrize(("amr", "is_missing"), [(["pwd"], True), (["mfa"], False)])
    def test_of_the_provider_counts_where_a_role_needs_one(
        self,
        company: RunningProvider,
        settings: Any,
        db: None,
        amr: list[str],
        is_missing: bool,
    ) -> None:
        settings.SECOND_FACTOR = ["staff"]
        company.set(token={"amr": amr})
        client = browser()

        company.sign_in(client)

        assert is_in(client) != is_missing


class TestTheTest:
    def test_shows_admins_what_came_and_changes_nothing(
        self, company: RunningProvider, admin: User, admin_client: Client
    ) -> None:
        left: Any = admin_client.post(TEST)

        page = admin_client.get(company.ways_back(left.url)["url"])

        assert "kim@example.com" in text(page)
        assert "With these groups you would come in as Staff." in text(page)
        assert list(User.objects.all()) == [admin]
        assert not ProviderProof.objects.exists()

    def test_names_what_is_missing(
        self, company: RunningProvider, admin_client: Client
    ) -> None:
        company.set(without=["groups"])
        left: Any = admin_client.post(TEST)

        page = admin_client.get(company.ways_back(left.url)["url"])

        assert "A claim is missing" in text(page)
        assert "You would not be let in" in text(page)

    def test_shows_how_to_register_the_portal(
        self, company: RunningProvider, admin_client: Client
    ) -> None:
        page = text(admin_client.get("/account/provider/"))

        assert f"http://localhost:{PORTAL_PORT}{CALLBACK}" in page
        assert company.oidc.client_secret not in page
