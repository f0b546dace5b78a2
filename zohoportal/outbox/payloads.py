"""What deliveries carry to Zoho: typed values, kept as JSON that says its version.

Each kind of delivery has a class; what it keeps is read by the same class.
"""

from typing import Any, ClassVar, Self

import msgspec

from connections.zoho.errors import ZohoError

_VERSION = "version"


class Unreadable(ZohoError):
    """What was kept is of a newer version, of a kind nobody knows, or damaged."""

    def __init__(self, code: str = "unreadable") -> None:
        super().__init__(code)


class Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all payloads.

    A field that is new has a default, or `upgraded` gives it its value; a field that
    changes its meaning makes a new version.
    """

    version: ClassVar[int] = 1

    @property
    def has_files(self) -> bool:
        """Whether its own fields hold files, which the delivery brings."""
        return False

    def stored(self) -> dict[str, Any]:
        """Return it as JSON, for the database."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return {_VERSION: self.version, **values}

    @classmethod
    def read(cls, stored: object) -> Self:
        """Return what was stored by this version, or by one before.

        Raises:
            Unreadable: it is none of those.
        """
        if not isinstance(stored, dict):
            raise Unreadable
        # Those of the first versions do not say it.
        version = stored.get(_VERSION, 0)
        if type(version) is not int or not 0 <= version <= cls.version:
            raise Unreadable
        values = {name: value for name, value in stored.items() if name != _VERSION}
        try:
            return msgspec.convert(cls.upgraded(version, values), cls)
        except msgspec.ValidationError:
            raise Unreadable from None

    @classmethod
    def upgraded(cls, version: int, values: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003  # for those that changed
        """Return values of an earlier version as this one has them."""
        return values


class FilePayload(Payload, frozen=True, kw_only=True):
    """A file: what it is attached to in Zoho; empty until that is there."""

    attach_to: str = ""
