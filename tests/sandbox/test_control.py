import socket
import subprocess
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.processes import until
from tests.sandbox.client import REDIRECT_URI, SCOPE, Client, connect, exchange
from tests.zoho import SandboxZoho

ORG = "/crm/v8/org"
UPSERT = "/crm/v8/Contacts/upsert"
DOE = {"data": [{"Last_Name": "Doe", "Email": "doe@example.com"}]}


def contacts(zoho: SandboxZoho) -> int:
    return len(zoho.records()["contacts"])


def until_reset(answer: HTTPResponse) -> bytes:
    """Return what came of an answer before its line was reset."""
    received = b""
    try:
        while some := answer.read1(100):
            received += some
    except ConnectionResetError:
        return received
    raise AssertionError("The answer ended without a reset.")


class TestScript:
    def test_answers_instead_of_the_sandbox_once(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        body = {"code": "TOO_MANY_REQUESTS"}
        wish = {"status": 429, "headers": {"Retry-After": 5}, "body": body}
        zoho.script("GET", "/crm/v8/org", wish)

        first = client.get("/crm/v8/org")
        second = client.get("/crm/v8/org")

        assert (first.status, first.json) == (429, body)
        assert first.headers["Retry-After"] == "5"
        assert second.status == 200

    def test_sends_text_as_html(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.script("GET", "/crm/v8/org", {"status": 502, "body": "<h1>Bad</h1>"})

        reply = client.get("/crm/v8/org")

        assert reply.text == "<h1>Bad</h1>"
        assert reply.headers["Content-Type"].startswith("text/html")

    def test_takes_effect_only_when_told_to(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        before = contacts(zoho)
        zoho.script(
            "POST", UPSERT, {"status": 503}, {"status": 503, "apply": True, "body": {}}
        )

        client.post(UPSERT, DOE)
        after_the_first = contacts(zoho)
        reply = client.post(UPSERT, DOE)

        assert after_the_first == before
        assert reply.status == 503
        assert contacts(zoho) == before + 1

    def test_delays_the_true_answer(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.script("GET", "/crm/v8/org", {"delay": 0.2})

        began = monotonic()
        reply = client.get("/crm/v8/org")

        assert monotonic() - began >= 0.2
        assert reply.status == 200

    @pytest.mark.parametrize(
        ("when", "effects"), [("before", 0), ("during", 1), ("after", 1)]
    )
    def test_hangs_up(
        self, zoho: SandboxZoho, client: Client, when: str, effects: int
    ) -> None:
        before = contacts(zoho)
        zoho.script("POST", UPSERT, {"drop": when})

        with pytest.raises(ConnectionResetError):
            client.post(UPSERT, DOE)

        assert contacts(zoho) == before + effects
        assert zoho.journal()[-1]["status"] is None

    def test_has_its_effect_when_the_line_is_long_gone(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        before = contacts(zoho)
        zoho.script("POST", UPSERT, {"drop": "before", "late": 0.3})

        with pytest.raises(ConnectionResetError):
            client.post(UPSERT, DOE)

        assert contacts(zoho) == before
        until(lambda: contacts(zoho) == before + 1)

    def test_drips(self, zoho: SandboxZoho, client: Client) -> None:
        drip = {"bytes": 50, "interval": 0.05}
        zoho.script("GET", "/crm/v8/org", {"status": 200, "body": {}, "drip": drip})

        began = monotonic()
        reply = client.get("/crm/v8/org")

        assert reply.json == {}
        assert monotonic() - began >= 0.1

    def test_drips_the_true_answer(self, zoho: SandboxZoho, client: Client) -> None:
        truth = client.get("/crm/v8/org").json
        zoho.script("GET", "/crm/v8/org", {"drip": {"bytes": 99, "interval": 0}})

        assert client.get("/crm/v8/org").json == truth

    @pytest.mark.parametrize("size", [0, 7])
    def test_breaks_off_in_the_body(
        self, zoho: SandboxZoho, client: Client, size: int
    ) -> None:
        before = contacts(zoho)
        zoho.script("POST", UPSERT, {"truncate": size})

        with pytest.raises(IncompleteRead) as caught:
            client.post(UPSERT, DOE)

        assert len(caught.value.partial) == size
        assert caught.value.expected is not None
        assert contacts(zoho) == before + 1

    def test_kills_the_process_it_is_given_after_the_effect(
        self, zoho: SandboxZoho, client: Client, victim: subprocess.Popen[bytes]
    ) -> None:
        before = contacts(zoho)
        kill = {"pid": victim.pid, "delay": 0.05}
        zoho.script("POST", UPSERT, {"delay": 0.1, "kill": kill})

        client.post(UPSERT, DOE)

        assert victim.wait(5) == -9
        assert contacts(zoho) == before + 1

    def test_kills_a_process_named_by_its_id_alone(
        self, zoho: SandboxZoho, client: Client, victim: subprocess.Popen[bytes]
    ) -> None:
        before = contacts(zoho)
        kill = {"kill": {"pid": victim.pid}, "times": 2, "drop": "during"}
        zoho.script("POST", UPSERT, kill)

        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                client.post(UPSERT, DOE)

        assert victim.wait(5) == -9
        assert contacts(zoho) == before + 1

    def test_cuts_the_answer_in_its_middle(self, zoho: SandboxZoho) -> None:
        cut = {"status": 200, "body": "x" * 10_000, "drop": "during"}
        zoho.script("GET", "/console", cut)
        connection = HTTPConnection(urlsplit(zoho.url).netloc, timeout=30)
        connection.request("GET", "/console")
        answer = connection.getresponse()

        received = until_reset(answer)

        connection.close()
        assert answer.status == 200
        assert 4_000 < len(received) < 5_000

    def test_is_repeated(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.script("GET", ORG, {"status": 500, "times": 3}, {"status": 502})

        statuses = [client.get(ORG).status for _ in range(5)]

        assert statuses == [500, 500, 500, 502, 200]

    @pytest.mark.parametrize(
        "value", [7, 0, -1, 999_999, "soon", "Wed, 21 Oct 2026 07:28:00 GMT"]
    )
    def test_sends_any_retry_after(
        self, zoho: SandboxZoho, client: Client, value: object
    ) -> None:
        zoho.script("GET", ORG, {"status": 429, "headers": {"Retry-After": value}})

        assert client.get(ORG).headers["Retry-After"] == str(value)

    def test_sends_a_date_by_the_sandboxs_clock(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.advance(3_600)
        later = {"Retry-After": {"date_in": 7}}
        zoho.script("GET", ORG, {"status": 429, "headers": later})

        headers = client.get(ORG).headers

        waits = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(
            headers["Date"]
        )
        assert timedelta(seconds=6) <= waits <= timedelta(seconds=8)

    def test_matches_the_beginning_of_a_path(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.script("GET", "/crm/v8/*", {"status": 500})

        assert client.get("/crm/v8/users?type=CurrentUser").status == 500

    def test_is_forgotten(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.script("GET", "/crm/v8/org", {"status": 500})
        zoho.clear_script()

        assert client.get("/crm/v8/org").status == 200

    @pytest.mark.parametrize(
        "wish",
        [
            {},
            {"stauts": 500},
            {"status": "500"},
            {"delay": "1"},
            {"times": 0},
            {"times": True},
            {"headers": ["Retry-After"]},
            {"headers": {"Retry-After": None}},
            {"headers": {"Retry-After": {"date_in": "7"}}},
            {"headers": {"Retry-After": {"date": 7}}},
            {"drop": "now"},
            {"drip": 1},
            {"drip": {"bytes": 0, "interval": 1}},
            {"drip": {"bytes": 1}},
            {"truncate": -1},
            {"late": "soon"},
            {"truncate": None},
            {"kill": {}},
            {"kill": {"pid": -1}},
            {"kill": {"pid": 0}},
            {"kill": {"pid": 1}},
            {"kill": {"pid": True}},
            {"kill": {"pid": "self"}},
            {"kill": {"pid": 4_000_000, "delay": -1}},
        ],
        ids=str,
    )
    def test_refuses_what_it_does_not_understand(
        self, zoho: SandboxZoho, wish: dict[str, Any]
    ) -> None:
        with pytest.raises(RuntimeError, match="error"):
            zoho.script("GET", "/crm/v8/org", wish)


class TestJournal:
    def test_tells_what_arrived_and_what_it_changed(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        client.post(UPSERT, DOE)

        entry = zoho.journal()[-1]
        assert entry["method"] == "POST"
        assert entry["path"] == UPSERT
        assert entry["status"] == 200
        assert entry["effect"].startswith("created Contacts ")
        assert entry["body"] == DOE
        assert entry["user_agent"] == "tests"
        assert entry["in_flight"] == 1

    def test_starts_after_a_number(self, zoho: SandboxZoho, client: Client) -> None:
        last = zoho.journal()[-1]["n"]
        client.get("/crm/v8/org")

        assert [entry["path"] for entry in zoho.journal(last)] == ["/crm/v8/org"]

    def test_keeps_secrets_to_itself(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")
        code = zoho.new_code(credentials[0], SCOPE)
        body = exchange(zoho, credentials, code)
        Client(zoho, body["access_token"]).get("/crm/v8/org?code=a-code-of-length")

        text = str(zoho.journal())

        for secret in (credentials[1], code, body["access_token"], "a-code-of-length"):
            assert secret not in text
            assert f"…{secret[-4:]}" in text

    def test_tells_headers_without_the_token(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        client.get("/api/v1/tickets", orgId="1")

        headers = zoho.journal()[-1]["headers"]
        assert headers["orgId"] == "1"
        assert "Authorization" not in headers

    def test_names_the_files_of_a_form(self, zoho: SandboxZoho, client: Client) -> None:
        client.upload("/api/v1/uploads", file=("a.txt", b"x"), note="b")

        entry = zoho.journal()[-1]
        assert (entry["is_whole"], entry["parts"]) == (
            True,
            {"file": "a.txt", "note": None},
        )

    def test_tells_what_was_cut(self, zoho: SandboxZoho) -> None:
        address = urlsplit(zoho.url)
        with socket.create_connection(("127.0.0.1", address.port or 0)) as line:
            head = f"POST {UPSERT} HTTP/1.1\r\nHost: zoho\r\nContent-Length: 20\r\n\r\n"
            line.sendall(head.encode() + b"half")
            line.shutdown(socket.SHUT_WR)
            line.recv(1)

        assert zoho.journal()[-1]["is_whole"] is False

    def test_is_told_a_last_time_when_cleared(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.take_requests()
        client.get("/crm/v8/org")
        zoho.clear_journal()

        assert zoho.journal() == []
        assert [each["path"] for each in zoho.take_requests()] == ["/crm/v8/org"]
        assert zoho.take_requests() == []

    def test_masks_the_state_of_a_consent(self, zoho: SandboxZoho) -> None:
        client_id, _ = zoho.new_client(redirect_uris=[REDIRECT_URI])

        Client(zoho).get(f"/oauth/v2/auth?client_id={client_id}&state=0123456789abcd")

        assert zoho.journal()[-1]["query"]["state"] == "…abcd"

    def test_shows_secrets_on_no_page(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")
        code = zoho.new_code(credentials[0], SCOPE)
        body = exchange(zoho, credentials, code)

        page = Client(zoho, body["access_token"]).get("/_sandbox/").text

        assert "/oauth/v2/token" in page
        assert body["access_token"] not in page
        assert credentials[1] not in page

    def test_leaves_out_the_control_room(self, zoho: SandboxZoho) -> None:
        zoho.records()

        assert zoho.journal() == []


class TestReset:
    def test_goes_back_to_the_sample_world(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        client.post(UPSERT, DOE)

        zoho.reset()

        assert contacts(zoho) == 8
        assert client.get("/crm/v8/org").status == 401

    def test_keeps_clients_when_told_to(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")

        zoho.reset(keep_clients=True)

        code = zoho.new_code(credentials[0], SCOPE)
        assert "access_token" in exchange(zoho, credentials, code)

    def test_keeps_grants_when_told_to(self, zoho: SandboxZoho, client: Client) -> None:
        client.post(UPSERT, DOE)

        zoho.reset(keep_grants=True)

        assert contacts(zoho) == 8
        assert client.get("/crm/v8/org").status == 200

    def test_refuses_a_setting_it_does_not_know(self, zoho: SandboxZoho) -> None:
        with pytest.raises(RuntimeError, match="departments"):
            zoho.reset(no_such_setting=1)


class TestPages:
    @pytest.mark.parametrize(
        "path", ["/_sandbox/", "/console", "/crm/org1/tab/Contacts", "/desk/tickets"]
    )
    def test_open_for_a_person(self, zoho: SandboxZoho, path: str) -> None:
        reply = Client(zoho).get(path)

        assert reply.status == 200
        assert reply.headers["Content-Type"].startswith("text/html")

    def test_show_a_new_contact_as_text(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        new = {"Last_Name": "<b>Doe</b>"}
        item = client.post(UPSERT, {"data": [new]}).json["data"][0]

        page = client.get(f"/crm/org1/tab/Contacts/{item['details']['id']}").text

        assert "&lt;b&gt;Doe&lt;/b&gt;" in page

    def test_show_a_ticket_at_its_web_url(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        ticket = client.get("/api/v1/tickets?limit=1").json["data"][0]

        page = client.get(ticket["webUrl"].removeprefix(zoho.url)).text

        assert ticket["subject"] in page
        assert "Billing" in page

    def test_say_when_there_is_nothing(self, zoho: SandboxZoho) -> None:
        assert Client(zoho).get("/desk/tickets/1").status == 404


class TestRevoke:
    def test_ends_every_token(self, zoho: SandboxZoho) -> None:
        app = connect(zoho)

        zoho.revoke_tokens()

        assert app.get("/crm/v8/org").json["code"] == "INVALID_TOKEN"
