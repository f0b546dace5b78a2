"""Forms with files: multipart/form-data, byte for byte.

https://www.rfc-editor.org/rfc/rfc7578
"""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser


@dataclass(frozen=True)
class Part:
    name: str
    filename: str | None
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


def parts_of(headers: Message, body: bytes) -> dict[str, Part]:
    """Return a form's parts by name.

    Raises:
        ValueError: It is no such form, or it was cut off before its end.
    """
    return {each.name: each for each in all_parts_of(headers, body)}


def all_parts_of(headers: Message, body: bytes) -> list[Part]:
    """Return a form's parts, of which several may have one name.

    Raises:
        ValueError: It is no such form, or it was cut off before its end.
    """
    boundary = headers.get_boundary()
    if headers.get_content_type() != "multipart/form-data" or not boundary:
        raise ValueError("This is no form with files.")
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    _, *parts, end = (b"\r\n" + body).split(delimiter)
    if not end.startswith(b"--"):
        raise ValueError("The form has no end.")
    return [_part(each) for each in parts]


def _part(block: bytes) -> Part:
    head, _, data = block.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    # Browsers and libraries write names in UTF-8 here, whatever the standards say.
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = headers.get_param("name", "", "content-disposition")
    return Part(str(name), headers.get_filename(), data)
