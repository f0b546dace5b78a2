"""The portal's URLs and two more, whose views fail."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from zohoportal.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault with a secret in it: opensesame")


def refusing(_request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("not like this: opensesame")


urlpatterns = [
    *urlpatterns,
    path("broken/", broken, name="broken"),
    path("refusing/", refusing, name="refusing"),
]
