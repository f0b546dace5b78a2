"""The parts of a multipart/form-data body, as browsers and HTTP libraries send it."""

from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import HTTP

from zohoportal.sandbox.messages import Request


@dataclass(frozen=True)
class Part:
    """One field of the form; a file when it has a filename."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


def parts(request: Request) -> list[Part]:
    """Return the parts in order; none when the body is something else or cut off."""
    boundary = request.headers.get_boundary()
    if request.headers.get_content_type() != "multipart/form-data" or not boundary:
        return []
    delimiter = f"\r\n--{boundary}".encode()
    _, *pieces, end = (b"\r\n" + request.body).split(delimiter)
    return [_part(each) for each in pieces] if end.startswith(b"--") else []


def _part(piece: bytes) -> Part:
    # Only the head is left to the parser: it would take a message in a file apart.
    head, _, content = piece.partition(b"\r\n\r\n")
    parsed = BytesHeaderParser(policy=HTTP).parsebytes(head.lstrip())
    name = parsed.get_param("name", "", header="content-disposition")
    return Part(str(name), parsed.get_filename(), parsed.get_content_type(), content)
