"""How much a request may bring: of strangers little, and of nobody more than is said.

What is refused here was not read, and nothing of it was written.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

from zohoportal.web.error_pages import no_length, too_large

Handler = Callable[[HttpRequest], HttpResponse]


class NoFiles(FileUploadHandler):
    """Passes every file over; the other fields of its form are read."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take none of it."""

    def file_complete(self, file_size: int) -> None:
        """Nothing has come of it."""


def within_limits(get_response: Handler) -> Handler:
    """Refuse what is too large, or does not say how large it is, before it is read."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Transfer-Encoding"):
            return no_length(request)
        is_stranger = not request.user.is_authenticated
        if is_stranger:
            request.upload_handlers = [NoFiles(request)]
        most = settings.STRANGERS_BYTES if is_stranger else _most(request)
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > most:
            return too_large(request, is_stranger=is_stranger)
        return get_response(request)

    return answer


def _most(request: HttpRequest) -> int:
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.content_type == "multipart/form-data":
        most += settings.FILES_BYTES
    return most
