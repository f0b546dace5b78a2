import io
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db


def add(email: str, *options: str) -> str:
    """Run the command and return what it prints."""
    printed = io.StringIO()
    given = options or ("--role", "staff")
    call_command("add_person", email, *given, stdout=printed)
    return printed.getvalue()


class TestAddPerson:
    def test_prints_a_password_that_works(self) -> None:
        printed = add("Kim@Example.com", "--role", "admin")

        person = User.objects.get()
        password = printed.partition("First password: ")[2].splitlines()[0]
        assert (person.email, person.role) == ("kim@example.com", "admin")
        assert person.check_password(password)
        assert settings.SITE_URL in printed

    def test_reads_a_password_without_printing_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("a long pass phrase\n"))

        printed = add("kim@example.com", "--role", "staff", "--password-stdin")

        assert User.objects.get().check_password("a long pass phrase")
        assert "a long pass phrase" not in printed
        assert "First password" not in printed

    @pytest.mark.parametrize("email", ["kim@example.com", "KIM@example.com"])
    def test_refuses_an_address_that_is_there(self, email: str) -> None:
        add("kim@example.com")

        with pytest.raises(CommandError, match="is there already"):
            add(email)

        assert User.objects.count() == 1

    @pytest.mark.parametrize("email", ["kim@example.com", " KIM@Example.com "])
    def test_leaves_somebody_alone_on_demand(self, email: str) -> None:
        add("kim@example.com")
        before = User.objects.get().password

        printed = add(email, "--role", "admin", "--if-missing")

        person = User.objects.get()
        assert printed == ""
        assert (person.password, person.role) == (before, "staff")

    def test_adds_somebody_who_is_missing_on_demand(self) -> None:
        add("kim@example.com", "--role", "staff", "--if-missing")

        assert User.objects.get().email == "kim@example.com"

    @pytest.mark.parametrize(
        ("email", "options"),
        [
            ("nobody", ("--role", "staff")),
            ("", ("--role", "staff")),
            ("kim@example.com", ("--role", "root")),
            ("kim@example.com", ("--time-zone", "UTC")),
            ("kim@example.com", ("--role", "staff", "--time-zone", "Mars/Olympus")),
        ],
        ids=str,
    )
    def test_refuses_what_makes_no_sense(self, email: str, options: Any) -> None:
        with pytest.raises(CommandError):
            add(email, *options)

        assert not User.objects.exists()
