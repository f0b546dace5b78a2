import json
from email.message import Message
from urllib.parse import urlencode

from zohoportal.sandbox.control.console import add_client
from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.oauth.tokens import add_code, token
from zohoportal.sandbox.world import World


class TestCode:
    def test_is_worth_nothing_once_its_time_is_over(self) -> None:
        world = World("sandbox")
        client = add_client(world, "self", "Portal", [])
        code = add_code(world, client["id"], ["ZohoCRM.org.READ"], seconds=-1)
        form = {
            "grant_type": "authorization_code",
            "client_id": client["id"],
            "client_secret": client["secret"],
            "code": code,
        }
        headers = Message()
        headers["Content-Type"] = "application/x-www-form-urlencoded"

        answer = token(
            Request("POST", "/oauth/v2/token", "", headers, urlencode(form).encode()),
            world,
        )

        assert json.loads(answer.body) == {"error": "invalid_code"}
