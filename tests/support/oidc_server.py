"""A company's OpenID provider, as a process: `python -m tests.support.oidc_server`.

It keeps what real ones keep: codes are good once, with the verifier that fits their
challenge. `POST /_set` says who signs in next, and what is to go wrong.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

READY = "Provider listening on "
CLIENT, SECRET = "portal", "a secret that only two know"
PERSON = {
    "sub": "kim-1",
    "email": "kim@example.com",
    "email_verified": True,
    "groups": ["everybody", "Portal staff"],
    "name": "Kim Sample",
}


class Provider:
    """What the provider knows; `wish` holds what tests asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, str]] = []
        self.counts: dict[str, int] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.wish: dict[str, Any] = {}
        # Where tests say so, answers wait for each other.
        self.all_here = threading.Barrier(1)
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is gone."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = secrets.token_hex(4)

    def described(self) -> dict[str, Any]:
        usual: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": self.wish.get(
                "methods", ["client_secret_basic"]
            ),
        }
        usual.update(self.wish.get("described", {}))
        return usual

    def keys(self) -> dict[str, Any]:
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [shown | {"kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def person(self) -> dict[str, Any]:
        wished = PERSON | self.wish.get("claims", {})
        return self._without(wished)

    def sent_back(self, query: dict[str, str]) -> dict[str, str]:
        """Return both ways back from the sign-in page: signed in, and cancelled."""
        self.asked.append(query)
        code = secrets.token_urlsafe(24)
        self.codes[code] = query
        back = query["redirect_uri"]
        state = {"state": query["state"]} | self.wish.get("back", {})
        return {
            "url": f"{back}?{urlencode(state | {'code': code})}",
            "cancelled": f"{back}?{urlencode(state | {'error': 'access_denied'})}",
        }

    def token(self, form: dict[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        if basic:
            pair = base64.b64decode(basic.removeprefix("Basic ")).decode().split(":")
            who = tuple(unquote(part) for part in pair)
        else:
            who = (form.get("client_id", ""), form.get("client_secret", ""))
        if who != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not query or query["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "an access token of the provider",
            "token_type": "Bearer",
            "id_token": self.signed(self.identity(query)),
        }

    def identity(self, query: dict[str, str]) -> dict[str, Any]:
        now = int(time.time()) + self.wish.get("clock", 0)
        told = self.person()
        if self.wish.get("thin"):
            told = {"sub": told["sub"]}
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "auth_time": now,
            "nonce": query["nonce"],
        }
        claims |= told | self.wish.get("token", {})
        return self._without(claims)

    def _without(self, claims: dict[str, Any]) -> dict[str, Any]:
        left_out = self.wish.get("without", ())
        return {name: claims[name] for name in claims if name not in left_out}

    def signed(self, claims: dict[str, Any]) -> str:
        how = self.wish.get("sign", "")
        kid = self.wish.get("kid", self.key_id)
        if how == "secret":
            return jwt.encode(claims, SECRET * 2, "HS256", {"kid": kid})
        if how == "nothing":
            return jwt.encode(claims, "", "none", {"kid": kid})
        key = self.key
        if how == "other":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(claims, key, "RS256", {"kid": kid})


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path, provider = self._path(), self.provider
        if path == "/authorize":
            self._sign_in_page(provider.sent_back(self._query()))
        elif path == "/.well-known/openid-configuration":
            self._say(provider.wish.get("status", 200), provider.described())
        elif path == "/keys":
            self._say(200, provider.keys())
        elif path == "/userinfo":
            self._say(200, provider.person() | provider.wish.get("userinfo", {}))
        elif path == "/_seen":
            self._say(200, {"asked": provider.asked, "counts": provider.counts})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        path, provider = self._path(), self.provider
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        if path == "/token":
            if "together" in provider.wish:
                provider.all_here.wait(10)
            basic = self.headers.get("Authorization", "")
            self._say(*provider.token(dict(parse_qsl(body)), basic))
        elif path == "/_set":
            provider.wish = json.loads(body)
            parties = provider.wish.get("together", 1)
            provider.all_here = threading.Barrier(parties)
            provider.asked.clear()
            provider.counts.clear()
            self._say(200, {})
        elif path == "/_rotate":
            provider.rotate()
            self._say(200, {})
        elif path == "/_sign":
            self._say(200, {"token": provider.signed(json.loads(body))})
        else:
            self._say(404, {})

    def _path(self) -> str:
        path = urlsplit(self.path).path
        self.provider.counts[path] = self.provider.counts.get(path, 0) + 1
        return path

    def _query(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}

    def _sign_in_page(self, ways: dict[str, str]) -> None:
        if "json" in self.headers.get("Accept", ""):
            self._say(200, ways)
            return
        named = zip(("Go on as Kim", "Cancel"), ways.values(), strict=True)
        links = "".join(
            f'<p><a href="{html.escape(url)}">{words}</a></p>' for words, url in named
        )
        page = f'<!doctype html><html lang="en"><title>Company</title>{links}'
        self._answer(200, "text/html", page.encode())

    def _say(self, status: int, content: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    print(f"{READY}{Handler.provider.url}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
