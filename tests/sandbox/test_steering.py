from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.sandbox.client import SCOPE, Client, exchange
from tests.zoho import SandboxZoho

ORG = "/crm/v8/org"


class App:
    """A client of Zoho with one grant."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self.zoho = zoho
        self.credentials = zoho.new_client("self")
        body = exchange(zoho, self.credentials, zoho.new_code(self.client_id, SCOPE))
        self.refresh_token: str = body["refresh_token"]
        self.access_token: str = body["access_token"]

    @property
    def client_id(self) -> str:
        return self.credentials[0]

    def status(self) -> int:
        return Client(self.zoho, self.access_token).get(ORG).status

    def refresh(self) -> dict[str, str]:
        body: dict[str, str] = (
            Client(self.zoho)
            .submit(
                "/oauth/v2/token",
                grant_type="refresh_token",
                client_id=self.client_id,
                client_secret=self.credentials[1],
                refresh_token=self.refresh_token,
            )
            .json
        )
        return body


@pytest.fixture
def apps(zoho: SandboxZoho) -> tuple[App, App]:
    return App(zoho), App(zoho)


@pytest.fixture(params=["client_id", "refresh_token"])
def grant(request: pytest.FixtureRequest, apps: tuple[App, App]) -> dict[str, str]:
    """The first app's grant, by either of its names."""
    name: str = request.param
    ending = apps[0].refresh_token[-4:]
    return {name: apps[0].client_id if name == "client_id" else ending}


class TestOneGrant:
    def test_loses_its_access_tokens(
        self, zoho: SandboxZoho, apps: tuple[App, App], grant: dict[str, str]
    ) -> None:
        zoho.expire_tokens(**grant)

        assert [app.status() for app in apps] == [401, 200]
        assert "access_token" in apps[0].refresh()

    def test_ends(
        self, zoho: SandboxZoho, apps: tuple[App, App], grant: dict[str, str]
    ) -> None:
        zoho.revoke_tokens(**grant)

        assert [app.status() for app in apps] == [401, 200]
        assert apps[0].refresh() == {"error": "invalid_code"}
        assert "access_token" in apps[1].refresh()

    @pytest.mark.parametrize(
        "choice",
        [
            {"client_id": "1000.NOBODY"},
            {"refresh_token": "x"},
            {"refresh_token": ""},
            {"token": "abcd"},
        ],
        ids=str,
    )
    def test_must_be_there(self, zoho: SandboxZoho, choice: dict[str, str]) -> None:
        App(zoho)

        with pytest.raises(RuntimeError, match="error"):
            zoho.revoke_tokens(**choice)


class TestClock:
    @pytest.fixture(autouse=True)
    def _right_again(self, zoho: SandboxZoho) -> Iterator[None]:
        yield
        zoho.reset()

    def date(self, zoho: SandboxZoho) -> timedelta:
        shown = parsedate_to_datetime(str(Client(zoho).get("/console").headers["Date"]))
        return shown - datetime.now(UTC)

    def test_advances_access_tokens(self, zoho: SandboxZoho) -> None:
        app = App(zoho)

        zoho.advance(3590)
        before = app.status()
        zoho.advance(20)

        assert (before, app.status()) == (200, 401)

    def test_advances_codes(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")
        code = zoho.new_code(credentials[0], SCOPE, minutes=3)

        zoho.advance(181)

        assert exchange(zoho, credentials, code) == {"error": "invalid_code"}

    def test_advances_the_throttle(self, zoho: SandboxZoho) -> None:
        app = App(zoho)
        for _ in range(10):
            app.refresh()
        throttled = app.refresh()

        zoho.advance(601)

        assert throttled["error"] == "Access Denied"
        assert "access_token" in app.refresh()

    def test_advances_the_journal_and_the_date(self, zoho: SandboxZoho) -> None:
        zoho.advance(7200)

        shown = self.date(zoho)

        at = datetime.fromisoformat(zoho.journal()[-1]["at"])
        assert abs(at - datetime.now(UTC) - timedelta(hours=2)) < timedelta(seconds=5)
        assert abs(shown - timedelta(hours=2)) < timedelta(seconds=5)

    @pytest.mark.parametrize("seconds", [-600, 600])
    def test_shows_a_wrong_date_only(self, zoho: SandboxZoho, seconds: int) -> None:
        app = App(zoho)

        zoho.skew(seconds)

        assert abs(self.date(zoho) - timedelta(seconds=seconds)).total_seconds() < 5
        assert app.status() == 200
        at = datetime.fromisoformat(zoho.journal()[-1]["at"])
        assert abs(at - datetime.now(UTC)) < timedelta(seconds=5)

    def test_is_right_again_after_a_reset(self, zoho: SandboxZoho) -> None:
        zoho.advance(3600)
        zoho.skew(600)

        zoho.reset()

        assert abs(self.date(zoho)) < timedelta(seconds=5)

    @pytest.mark.parametrize(
        "wish", [{}, {"advance": -1}, {"skew": "600"}, {"advance": True}, {"to": 1}]
    )
    def test_refuses_what_it_does_not_understand(
        self, zoho: SandboxZoho, wish: dict[str, object]
    ) -> None:
        with pytest.raises(RuntimeError, match="error"):
            zoho._ask("POST", "/_sandbox/clock", wish)
