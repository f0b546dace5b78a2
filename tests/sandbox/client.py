"""Speak to the sandbox as an application does, seeing every status and header."""

import json
from copy import copy
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from urllib3 import encode_multipart_formdata

from tests.zoho import SandboxZoho

REDIRECT_URI = "http://127.0.0.1:8000/settings/zoho/callback"
SCOPE = (
    "ZohoCRM.modules.ALL,ZohoCRM.org.READ,ZohoCRM.users.READ,"
    "ZohoCRM.settings.ALL,ZohoCRM.files.ALL,ZohoSearch.securesearch.READ,"
    "ZohoCRM.coql.READ,ZohoCRM.bulk.ALL,ZohoFiles.files.ALL,"
    "Desk.tickets.ALL,Desk.contacts.ALL,Desk.search.READ,Desk.basic.ALL,"
    "Desk.settings.READ,"
    "aaaserver.profile.READ"
)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def callback(self) -> dict[str, str]:
        """Return what a redirect brings back."""
        query = urlsplit(self.headers["Location"]).query
        return dict(parse_qsl(query, keep_blank_values=True))


class Client:
    def __init__(self, zoho: SandboxZoho, token: str | None = None) -> None:
        self._address = urlsplit(zoho.url).netloc
        self.headers = {"User-Agent": "tests"}
        if token:
            self.headers["Authorization"] = f"Zoho-oauthtoken {token}"

    def saying(self, headers: dict[str, str]) -> "Client":
        """Return a client that sends these headers, too."""
        other = copy(self)
        other.headers = self.headers | headers
        return other

    def send(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str
    ) -> Reply:
        connection = HTTPConnection(self._address, timeout=30)
        try:
            connection.request(method, path, body, self.headers | headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Reply:
        return self.send("POST", path, json.dumps(body), **headers)

    def put(self, path: str, body: object, **headers: str) -> Reply:
        return self.send("PUT", path, json.dumps(body), **headers)

    def patch(self, path: str, body: object, **headers: str) -> Reply:
        return self.send("PATCH", path, json.dumps(body), **headers)

    def delete(self, path: str) -> Reply:
        return self.send("DELETE", path)

    def upload(self, path: str, **parts: Any) -> Reply:
        """Send a form; a part is a text, or a file's name, bytes and type."""
        body, kind = encode_multipart_formdata(parts)
        return self.send("POST", path, body, **{"Content-Type": kind})

    def submit(self, path: str, **form: str) -> Reply:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(form), **kind)


def exchange(zoho: SandboxZoho, client: tuple[str, str], code: str, **more: str) -> Any:
    """Return what the token endpoint says to a code."""
    client_id, secret = client
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": secret,
        "code": code,
    }
    return Client(zoho).submit("/oauth/v2/token", **(form | more)).json


def connect(
    zoho: SandboxZoho, scope: str = SCOPE, organization: str | None = None
) -> Client:
    """Return a client with a token for these scopes and a CRM organisation."""
    credentials = zoho.new_client("self")
    code = zoho.new_code(credentials[0], scope, crm_organization=organization)
    return Client(zoho, exchange(zoho, credentials, code)["access_token"])
