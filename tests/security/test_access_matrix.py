import re
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.security import routes
from tests.security.contents import content
from tests.security.house import PEOPLE, House
from tests.support.pages import text
from zohoportal.accounts import proof

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "access.toml").read_text()
)
PROOF = {name for name, row in TABLE.items() if row.pop("proof", False)}
# These ask when the form is right.
FORMS = {
    "people:list": {"email": "other@example.com", "role": "staff"},
    "people:person": {"name": "Sam", "role": "manager"},
}


def status(house: House, who: str, method: str, address: str) -> int:
    """Return how one request ends, and undo whatever it did here."""
    with transaction.atomic():
        answer: Any = house.browser(who).generic(method, address)
        transaction.set_rollback(True)
    return int(answer.status_code)


class TestA26EveryUrl:
    def test_stands_in_the_table(self) -> None:
        assert set(TABLE) == set(routes.every())

    @pytest.mark.parametrize("name", TABLE)
    def test_has_a_status_for_everybody_and_every_method(self, name: str) -> None:
        assert tuple(TABLE[name]) == METHODS
        assert {len(row) for row in TABLE[name].values()} == {len(PEOPLE)}

    @pytest.mark.parametrize("name", TABLE)
    def test_answers_as_the_table_says(self, name: str, house: House) -> None:
        address = house.address(name)

        found = {
            method: [status(house, who, method, address) for who in PEOPLE]
            for method in METHODS
        }

        assert found == TABLE[name]

    def test_without_a_row_is_noticed(self, settings: Any) -> None:
        settings.ROOT_URLCONF = "tests.security.more_urls"

        assert set(routes.every()) - set(TABLE) == {"broken", "refusing"}


class TestA24RecentProof:
    def test_is_asked_for_where_the_table_says_so_and_nowhere_else(
        self, house: House
    ) -> None:
        assert {name for name in TABLE if _asks_who_it_is(house, name)} == PROOF


def _asks_who_it_is(house: House, name: str) -> bool:
    """Tell whether an admin of eleven minutes ago is asked, by any method."""
    browser = house.browser("admin")
    session = browser.session
    session[proof.PROVED_AT] -= proof.LIFE_SECONDS + 60
    session.save()
    address = house.address(name)
    with transaction.atomic():
        answers: list[Any] = [
            browser.get(address),
            browser.post(address, FORMS.get(name, {})),
        ]
        transaction.set_rollback(True)
    return any(
        answer.headers.get("Location", "").startswith("/account/confirm/")
        or (answer.status_code == 403 and "Confirm it is you" in text(answer))
        for answer in answers
    )


class TestA26Everybody:
    @pytest.mark.parametrize("name", TABLE)
    def test_without_a_sign_in_gets_nothing_but_the_way_to_it(self, name: str) -> None:
        open_to_all = {
            "health",
            "oauth_callback",
            "accounts:sign_in",
            "accounts:link",
            # There are people already.
            "accounts:owner",
            "accounts:passkey_sign_in",
            "accounts:passkey_sign_in_options",
            # None of these exists without a company sign-in.
            "accounts:provider_start",
            "accounts:provider_callback",
            "accounts:provider_signed_out",
        }
        statuses = {row[0] for row in TABLE[name].values()}

        assert name in open_to_all or statuses == {302}

    @pytest.mark.parametrize("name", TABLE)
    def test_on_the_staff_finds_every_page_for_admins_closed(self, name: str) -> None:
        if name.startswith(("connections:", "activity:", "people:")):
            statuses = {each for row in TABLE[name].values() for each in row[1:3]}
            assert statuses == {403}

    @pytest.mark.parametrize("name", TABLE)
    def test_who_audits_reads_activity_and_nothing_that_others_sent(
        self, name: str
    ) -> None:
        auditor = PEOPLE.index("auditor")
        if name == "activity:erase":
            # It changes what there is to read.
            assert TABLE[name]["GET"][auditor] == 403
        elif name.startswith("activity:"):
            assert TABLE[name]["GET"][auditor] in {200, 405}
        elif {"slug", "pk"} & routes.every()[name]:
            assert {row[auditor] for row in TABLE[name].values()} <= {403, 404, 405}

    @pytest.mark.parametrize("name", TABLE)
    def test_to_whom_nothing_is_open_finds_nothing_of_others(self, name: str) -> None:
        if {"slug", "pk"} & routes.every()[name]:
            statuses = {row[2] for row in TABLE[name].values()}
            assert statuses <= {403, 404, 405}

    def test_is_sent_to_the_sign_in_page_with_the_way_back(self, house: House) -> None:
        address = house.address("outbox:delivery")

        answer = house.browser("anonymous").get(address)

        assert answer["Location"] == f"/account/sign-in/?next={address}"

    def test_who_was_deactivated_is_out_at_once(self, house: House) -> None:
        staff = house.people["staff"]
        assert staff
        browser = house.browser("staff")
        staff.is_active = False
        staff.save()

        assert browser.get(house.address("crm:contact")).status_code == 302

    def test_who_lost_the_connection_is_out_at_once(self, house: House) -> None:
        browser = house.browser("staff")
        house.connection.members.clear()

        assert browser.get(house.address("crm:contact")).status_code == 404
        again = browser.post(house.address("outbox:again"))
        assert again.status_code == 403


class TestA27ForeignThing:
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize(
        "name",
        [name for name in TABLE if "outbox:" in name and "pk" in routes.every()[name]],
    )
    def test_looks_like_one_that_does_not_exist(
        self, name: str, method: str, house: House
    ) -> None:
        browser = house.browser("stranger")
        before = content()["outbox_delivery"]

        foreign = getattr(browser, method)(house.address(name))
        missing = getattr(browser, method)(
            routes.address(name, {"pk": uuid.uuid4(), "slug": ""})
        )

        assert foreign.status_code == missing.status_code
        assert _same_for_all(foreign.content) == _same_for_all(missing.content)
        assert content()["outbox_delivery"] == before

    @pytest.mark.parametrize("name", ["crm:contact", "crm:modules", "desk:ticket"])
    def test_by_its_short_name_looks_like_one_that_does_not_exist(
        self, name: str, house: House
    ) -> None:
        browser = house.browser("stranger")

        foreign = browser.get(house.address(name))
        missing = browser.get(routes.address(name, {"slug": "no-such-thing"}))

        assert foreign.status_code == missing.status_code == 404
        assert _same_for_all(foreign.content) == _same_for_all(missing.content)

    def test_is_not_listed(self, house: House) -> None:
        page = house.browser("stranger").get(house.address("outbox:list"))

        assert b"Sample" not in page.content

    def test_does_not_fill_a_form(self, house: House) -> None:
        house.connection.members.add(house.people["stranger"])  # type: ignore[arg-type]
        form = house.address("crm:contact")

        page = house.browser("stranger").get(form, {"from": house.delivery.reference})

        assert page.status_code == 200
        assert b"Sample" not in page.content


def _same_for_all(page: bytes) -> bytes:
    return re.sub(rb'"request-id">[^<]*|csrfmiddlewaretoken" value="\w+', b"", page)


class TestA32Reading:
    @pytest.mark.parametrize("name", TABLE)
    def test_changes_nothing(self, name: str, house: House) -> None:
        browsers = {who: house.browser(who) for who in PEOPLE}
        address = house.address(name)
        queries: tuple[dict[str, str], ...] = (
            {},
            {"from": house.delivery.reference, "pk": str(house.delivery.pk)},
            {"state": "x", "code": "1000.x", "organisation": "1", "product": "crm"},
        )
        before = content()

        for who, browser in browsers.items():
            for query in queries:
                browser.get(address, query)
                browser.head(address, query)
            assert content() == before, f"changed by {who}"

        assert len(before) > 10
