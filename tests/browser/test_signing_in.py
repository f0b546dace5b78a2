"""Signing in with a second factor, as people do it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.apps import code
from tests.browser.authenticator import device
from tests.browser.pages import Enter, OpenPage, violations
from tests.support.oidc import RunningProvider
from tests.support.people import PASSWORD
from zohoportal.accounts.models import ProviderProof, User

pytestmark = [pytest.mark.browser]


def type_password(page: Page, person: User) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_test_id("account-menu").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()


def open_second_factor(page: Page) -> None:
    page.goto("/account/settings/")
    page.get_by_role("link", name="Change second factor").click()


class TestApp:
    def test_is_set_up_and_used_without_javascript(
        self, plain_page: Page, staff: User
    ) -> None:
        page = plain_page
        type_password(page, staff)
        open_second_factor(page)
        page.get_by_role("link", name="Add an app").click()
        secret = page.get_by_test_id("totp-secret").input_value()
        page.get_by_label("Code").fill(code(secret, -1))
        page.get_by_role("button", name="Save the app").click()
        one = page.get_by_test_id("recovery-codes").locator("li").first.inner_text()
        with page.expect_download() as file:
            page.get_by_role("button", name="Save as a file").click()
        assert one in file.value.path().read_text()
        sign_out(page)

        type_password(page, staff)
        page.get_by_label("Code").fill(code(secret))
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_test_id("account-menu")).to_be_visible()
        sign_out(page)

        type_password(page, staff)
        page.get_by_label("Code").fill(one)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_test_id("account-menu")).to_be_visible()


class TestPasskey:
    def test_is_added_named_used_and_removed(
        self, page: Page, staff: User, enter: Enter
    ) -> None:
        enter(page, staff)
        page.goto("/account/second-factor/")
        with device(page):
            page.get_by_label("Name").fill("Phone")
            page.get_by_role("button", name="Add a passkey").click()
            expect(page.get_by_test_id("recovery-codes")).to_be_visible()
            sign_out(page)

            page.get_by_role("button", name="Sign in with a passkey").click()
            expect(page.get_by_test_id("account-menu")).to_be_visible()
            sign_out(page)

            type_password(page, staff)
            expect(page.get_by_role("heading", name="One more step")).to_be_visible()
            assert violations(page) == []
            page.get_by_role("button", name="Use a passkey").click()
            expect(page.get_by_test_id("account-menu")).to_be_visible()

        open_second_factor(page)
        page.get_by_role("link", name="Phone").click()
        page.get_by_label("Name").fill("Old phone")
        page.get_by_role("button", name="Save the name").click()
        page.get_by_role("link", name="Old phone").click()
        page.get_by_role("button", name="Remove this passkey").click()
        expect(page.get_by_test_id("messages")).to_contain_text("was removed")
        sign_out(page)
        type_password(page, staff)
        expect(page.get_by_test_id("account-menu")).to_be_visible()

    def test_that_the_device_does_not_give_is_told_in_words(
        self, page: Page, staff: User
    ) -> None:
        page.goto("/account/sign-in/")
        with device(page):
            page.get_by_role("button", name="Sign in with a passkey").click()

            expect(page.get_by_role("alert")).to_contain_text("gave no passkey")


class TestCompanySignIn:
    @pytest.mark.parametrize("has_scripts", [True, False])
    def test_leads_there_and_back_and_is_proven_once_an_hour(
        self,
        open_page: OpenPage,
        company: RunningProvider,
        admin: User,  # a portal without people leads elsewhere
        settings: Any,
        has_scripts: bool,
    ) -> None:
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = {"form-action": [*policy["form-action"], company.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | allowed}
        page = open_page(visits=company.url, java_script_enabled=has_scripts)
        page.goto("/deliveries/")
        page.get_by_role("button", name="Sign in with your company account").click()
        page.get_by_role("link", name="Go on as Kim").click()
        expect(page.get_by_role("heading", name="Activity")).to_be_visible()
        ProviderProof.objects.all().delete()

        page.reload()
        expect(page.get_by_text("once an hour at least")).to_be_visible()
        page.get_by_role("button", name="Sign in with your company account").click()
        page.get_by_role("link", name="Cancel").click()
        expect(page.get_by_role("heading", name="You did not sign in")).to_be_visible()
