"""Sends Desk's cases to two sandboxes: one with the plain world, one with the rich."""

import json
from typing import Any

from tests.openapi.case import Case
from tests.sandbox.client import Reply, connect
from tests.zoho import SandboxZoho

MOST_BYTES = 1_000


class World:
    """One of the two; {ticket} and the like in a case are filled in."""

    def __init__(self, zoho: SandboxZoho, **world: Any) -> None:
        zoho.reset(**world)
        self._zoho = zoho
        self._client = connect(zoho)
        records = zoho.records()
        first, second = records["tickets"][:2]
        self._organisation = {"orgId": first["org_id"]}
        self._client.headers |= self._organisation
        self._names = {
            "{person}": first["contactId"],
            "{ticket}": first["id"],
            "{quiet}": second["id"],
        }
        names = {each["id"]: each["name"] for each in records["departments"]}
        for layout in records["layouts"]:
            name = names[layout["departmentId"]]
            self._names[f"{{{name} layout}}"] = layout["id"]
            self._names[f"{{{name}}}"] = layout["departmentId"]
        path = f"/api/v1/tickets/{first['id']}/attachments"
        self._client.upload(path, file=("a.txt", b"x"))

    def ask(self, case: Case) -> Reply:
        client = connect(self._zoho, case.scope) if case.scope else self._client
        client.headers |= self._organisation
        path = self._filled(case.path)
        if case.file is not None:
            return client.upload(path, file=("a.txt", case.file))
        body = None if case.body is None else self._filled(json.dumps(case.body))
        return client.send(case.method, path, body, **case.headers)

    def _filled(self, text: str) -> str:
        for name, value in self._names.items():
            text = text.replace(name, value)
        return text


class DeskAsker:
    def __init__(self, plain: SandboxZoho, rich: SandboxZoho) -> None:
        self._plain = World(plain, attachment_limit=MOST_BYTES)
        self._rich = World(rich, desk="rich")

    def ask(self, case: Case) -> Reply:
        world = self._rich if case.is_rich else self._plain
        return world.ask(case)
