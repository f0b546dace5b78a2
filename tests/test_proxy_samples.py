"""A73: what is shipped to configure nginx and Caddy, in these servers themselves."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.processes import free_port, listens, until
from tests.security.servers import Listener, answer, header
from tests.zoho import ROOT

PROXIES = ROOT / "docs" / "proxies"
HOST = "portal.example.com"
MEGABYTE = 1024 * 1024


def certificate(folder: Path) -> tuple[Path, Path]:
    key, pem = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={HOST}", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    return pem, key


def nginx(folder: Path, port: int, portal: str) -> list[str]:
    """Write nginx's files as they are shipped, with our ports and a certificate."""
    pem, key = certificate(folder)
    text = (PROXIES / "nginx.conf").read_text()
    changes = {
        r"listen \[::\].*\n": "",
        r"listen 80;": f"listen 127.0.0.1:{free_port()};",
        r"listen 443": f"listen 127.0.0.1:{port}",
        r"127\.0\.0\.1:8000": portal,
        r"/etc/ssl/portal\S*\.pem": str(pem),
        r"/etc/ssl/private/\S*\.key": str(key),
        r"/etc/nginx/zoho-portal-proxy\.conf": str(PROXIES / "nginx-proxy.conf"),
    }
    for pattern, put in changes.items():
        text, times = re.subn(pattern, put, text)
        assert times, pattern
    main = f"""
        daemon off; master_process off; pid {folder}/pid; error_log stderr;
        events {{}}
        http {{
            access_log off;
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
            scgi_temp_path {folder}/s;
            {text}
        }}"""
    file = folder / "nginx.conf"
    file.write_text(main)
    return ["nginx", "-e", "stderr", "-c", str(file)]


def caddy(folder: Path, port: int, portal: str) -> list[str]:
    pem, key = certificate(folder)
    text = (PROXIES / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8000", portal)
    text = text.replace(
        f"{HOST} {{", f"https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {pem} {key}"
    )
    text = text.replace("{\n\tservers", f"""{{
	admin off
	auto_https disable_redirects
	storage file_system {folder}/caddy
	servers""", 1)  # fmt: skip
    file = folder / "Caddyfile"
    file.write_text(text)
    return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]


@contextmanager
def started(
    made: Callable[[Path, int, str], list[str]], folder: Path, portal: Listener
) -> Iterator[int]:
    port = free_port()
    command = made(folder, port, portal.address)
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            until(lambda: listens(port), 30)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)


def post(port: int, *claims: str) -> bytes:
    """Sign in over TLS, and return the first line of the answer."""
    lines = ["POST /account/sign-in/ HTTP/1.1", f"Host: {HOST}", "Content-Length: 12"]
    request = "\r\n".join([*lines, *claims, "", "username=kim"])
    context = ssl._create_unverified_context()
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as line,
        context.wrap_socket(line, server_hostname=HOST) as tls,
    ):
        tls.sendall(request.encode())
        return tls.recv(65536).partition(b"\r\n")[0]


@pytest.mark.parametrize("made", [nginx, caddy])
class TestA73Proxies:
    def test_pass_on_who_it_is_and_nothing_that_a_visitor_claims(
        self, tmp_path: Path, made: Callable[[Path, int, str], list[str]]
    ) -> None:
        claims = (
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: evil.example",
            "Forwarded: for=203.0.113.9;host=evil.example",
        )
        with Listener(answer()) as portal, started(made, tmp_path, portal) as port:
            assert post(port, *claims) == b"HTTP/1.1 200 OK"

        (request,) = portal.requests
        assert header(request, "x-forwarded-for") == ["127.0.0.1"]
        assert header(request, "x-forwarded-proto") == ["https"]
        assert header(request, "host")[0].partition(":")[0] == HOST
        assert header(request, "content-length") == ["12"]
        assert b"evil.example" not in request
        assert b"203.0.113.9" not in request


class TestA59Proxies:
    def test_take_what_a_form_with_files_takes(self) -> None:
        most = settings.FILES_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE

        for name in ("nginx.conf", "Caddyfile"):
            text = (PROXIES / name).read_text()
            (said,) = re.findall(
                r"max_(?:body_)?size (\d+)M?B?m?\b", text, re.IGNORECASE
            )
            # Caddy's MB are millions.
            unit = MEGABYTE if name == "nginx.conf" else 1_000_000
            assert int(said) * unit >= most
