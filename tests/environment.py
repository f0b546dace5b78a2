"""The environment that the suite runs in; loaded before Django reads its settings."""

import atexit
import os
import socket
from tempfile import TemporaryDirectory

import pytest


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


_uploads = TemporaryDirectory(prefix="zoho-portal-uploads-")
atexit.register(_uploads.cleanup)

PORTAL_PORT = _free_port()
SANDBOX_PORT = _free_port()

for name in ("DEBUG", "EXTRA_HOSTS", "ZOHO_HOSTS", "LOG_LEVEL", "TIME_ZONE"):
    os.environ.pop(name, None)

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "zohoportal.settings",
    "DEMO": "1",
    "SITE_URL": f"http://localhost:{PORTAL_PORT}",
    "SECRET_KEY": "6C1KhK_m-kKNWHr6W8rjE2FV0ClPaAU4xleEEx1CM8oumENLEJKGrRMqkPyFwUXYcpI",
    "VAULT_KEYS": "test:jv_8qC4PAyJt14qdSfvC7SuUcz72p7jqCQfJJkLbxrU",
    "ZOHO_SANDBOX_URL": f"http://127.0.0.1:{SANDBOX_PORT}",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or "sqlite:///:memory:",
    "UPLOAD_DIR": _uploads.name,
    # Playwright's synchronous API runs a loop in the thread that also asks Django.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="DIR", help="keep the pictures of pages")
