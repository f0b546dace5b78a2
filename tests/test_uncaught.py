"""What nobody catches goes into the log like everything else, without secrets."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.zoho import ROOT

TOKEN = "1000.0123456789abcdef0123456789abcdef"
BOOM = f"""
def boom(*_):
    raise RuntimeError("refused {TOKEN} and client_secret=hunter2hunter2")
"""
WAYS = {
    "thread": (
        "from threading import Thread\nt = Thread(target=boom)\nt.start()\nt.join()"
    ),
    "process": "boom()",
    "finaliser": "class A: __del__ = boom\nA()",
    "gunicorn": (
        "from gunicorn.config import Config\n"
        "from zohoportal.run.gunicorn_conf import logger_class\n"
        "log = logger_class(Config())\n"
        "try: boom()\n"
        f"except RuntimeError: log.exception('Error at /?code={TOKEN}')"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_is_one_line_of_json_without_secrets(way: str) -> None:
    script = f"import django; django.setup()\n{BOOM}\n{WAYS[way]}"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"LOG_LEVEL": "INFO"},
        capture_output=True,
        text=True,
        check=False,
    )

    (line,) = done.stderr.splitlines()
    entry: dict[str, Any] = json.loads(line)
    assert "RuntimeError" in entry["exception"]
    assert TOKEN not in line
    assert "hunter2" not in line
