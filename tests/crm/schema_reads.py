"""What is asked about modules and fields."""

from tests.zoho import SandboxZoho

DOWN = {"status": 503, "body": "<p>", "times": 20}


def asked(zoho: SandboxZoho) -> list[str]:
    return [e["path"] for e in zoho.journal() if "/settings/" in e["path"]]
