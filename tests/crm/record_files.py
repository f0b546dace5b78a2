"""The files on a record's page."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

Chosen = SimpleUploadedFile | str


def add(client: Client, ada: str, *chosen: Chosen, **more: str) -> Any:
    """Open a record's page and add files there; a name stands for a small file."""
    idempotency_key = more.get("form_key") or key(client, ada)
    files = [
        SimpleUploadedFile(each, each.encode()) if isinstance(each, str) else each
        for each in chosen
    ]
    return client.post(
        f"{ada}files/", {"form_key": idempotency_key, "attachments": files}
    )


def key(client: Client, ada: str) -> str:
    page: Any = client.get(ada)
    return str(page.context["files"]["form_key"])


def rows(client: Client, ada: str, **query: str) -> list[Any]:
    page: Any = client.get(ada, query)
    return [file for file, _ in page.context["files"]["rows"]]
